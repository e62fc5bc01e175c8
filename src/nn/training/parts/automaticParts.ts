import type { Graph } from "../../../engine/graph/graph.js";
import { sizeOf } from "../../../engine/tensor/shape.js";
import { type Mode, type Signature, type StepDescription, trainedOf } from "../stepGraph.js";
import { multiplyAdds } from "./multiplyAdds.js";
import { probe } from "./probe.js";

/** What the rule looks at. */
export interface StepFacts {
  readonly description: StepDescription;
  readonly mode: Mode;
  readonly signature: Signature;
  /** Cores that this process may use. */
  readonly cores: number;
}

/** The number of cores on which the rule was measured. */
const measuredCores = 2;
/** Multiplications of a forward pass from which waking threads and copying weights costs less than is gained. */
const leastWork = 200e6;
/** Multiplications for each trained weight, below which the update and the copies of weights and gradients outweigh the gain. */
const leastPerWeight = 2000;

/** Fewest images of a part where kernels are trained. */
const leastImages = 4;
/**
 * Gradients for kernels take so many images at a time: parts of fewer need more memory, and gain nothing where a network makes
 * this many multiplications for an element of its largest image.
 */
const wholeBlock = { images: 16, perElement: 2000 };
/** Multiplications for an element of a network's largest image, below which it waits for memory rather than for arithmetic. */
const leastPerElement = 100;
/**
 * Bytes of the largest image of a part that a core's cache is good for, where memory is waited for and where it is not; there too, parts
 * of whole blocks of images are to be small.
 */
const cached = { waiting: 2e6, computing: 20e6 };

/**
 * Parts that `"auto"` means for training, by a rule over model, batch and cores, so that a run is the same whatever else the machine
 * does. The rule stands on these tables: steps in parts as a ratio of whole ones, on two cores (AVX-512, Node 20, onnxruntime-node 1.30,
 * medians of steps in turn). On other numbers of cores nothing was measured, and nothing is split unless it is asked for.
 *
 * Two parts (Intel Xeon):
 *
 * | network, batch | whole, ms | multiplications | for each weight | ratio |
 * |---|---|---|---|---|
 * | LSTM 128, 60 steps of 58, 128 | 45 | 730 M | 7,000 | 0.66 |
 * | separable CNN 32-64-128-128, 64², 32 | 65 | 260 M | 7,000 | 0.80 |
 * | CNN 32-32-64-64, pooled, 32², 64 | 64 | 320 M | 4,900 | 0.81 |
 * | SqueezeNet, 224², 16, all of it | 820 | 13,000 M | 18,000 | 0.85 |
 * | ResNet-20, statistics of parts, 32², 64 | 153 | 2,600 M | 9,500 | 0.87 |
 * | SqueezeNet, 224², 16, a new head | 131 | 13,000 M | 2,500,000 | 0.87 |
 * | CNN 32-32-64-64-128, 32², 64 | 250 | 9,000 M | 65,000 | 0.90 |
 * | two layers of attention, 64 units, 64 steps, 64 | 43 | 460 M | 4,600 | 0.89 |
 * | four branches of an Inception module, 35² × 128, 16 | 184 | 5,900 M | 9,100 | 1.01 |
 * | LSTM 64, 30 steps of 58, 64 | 5.6 | 60 M | 1,700 | 1.23 |
 * | LSTM 512, 20 steps of 64, 64 | 77 | 1,500 M | 1,250 | 1.24 |
 * | MLP 784-512-512-10, Adam, 128 | 6.4 | 86 M | 128 | 1.6 |
 * | CNN 16-32-64, pooled, 28², 32 | 4.1 | 61 M | 2,500 | 1.7 |
 * | CNN 8-16, 14², 32 | 1.1 | 2 M | 1,500 | 1.9 |
 * | MLP 100-128-3, 128 | 0.7 | 2 M | 128 | 2.0 |
 * | CNN 16-32 and a dense layer, 28², 32 | 4.1 | 39 M | 190 | 2.5 |
 *
 * More parts than cores, one after the other on each (AMD EPYC): images of fewer pictures stay in a core's cache.
 *
 * | network, batch | whole, ms | largest image of a picture | ratio in 2, 4, 8 parts |
 * |---|---|---|---|
 * | SqueezeNet, 224², 16, all of it | 314 | 4.6 MB | 0.90, 0.83, 0.87 |
 * | the same, 8 | 162 | 4.6 MB | 0.78, 0.87 |
 * | the same, 128², 16 | 102 | 1.4 MB | 0.78, 0.87, 0.98 |
 * | separable CNN, 64², 32 | 42 | 0.9 MB | 0.92, 0.82, 0.78, in 16 parts 0.70 |
 * | the same, 128², 16 | 101 | 3.7 MB | 0.81, 0.71, 0.65, in 16 parts 0.60 |
 * | CNN 32-32-64-64-128, 32², 64 | 130 | 0.5 MB | 0.91, 0.89, 0.91 |
 * | the same, 64², 8 | 70 | 2.1 MB | 0.95, 0.91 |
 * | the same, pooled, 32², 64 | 33 | 0.1 MB | 0.96, 0.94, 1.01 |
 * | the same, pooled, 32², 128 | 67 | 0.1 MB | 0.98, 0.92, 0.92 |
 * | the same, pooled, 64², 32 | 64 | 0.5 MB | 0.96, 0.98, 0.98 |
 * | four branches of an Inception module, 16 | 84 | 0.6 MB | 1.00, 1.09, 1.40 |
 * | the same, 32 | 170 | 0.6 MB | 0.94, 0.97, 1.03 |
 */
export function automaticParts({ description, mode, signature, cores }: StepFacts): number {
  if (cores !== measuredCores || mode !== "train" || description.objective !== undefined) return 1;
  const rows = signature.inputs[0]?.shape[0] ?? 0;
  const isOfImages = trainsKernels(description);
  if (rows < measuredCores * (isOfImages ? leastImages : 1)) return 1;
  const { graph, ofParts } = probe(description, mode, signature);
  const work = multiplyAdds(graph);
  const weights = trainedOf(description.variables).reduce(
    (sum, { variable }) => sum + sizeOf(variable.shape),
    0,
  );
  if (work < leastWork || work < leastPerWeight * weights) return 1;
  // Statistics of parts are to be of as many samples as may be.
  if (!isOfImages || ofParts.size > 0) return measuredCores;
  const elements = largestImage(graph);
  if (rows < measuredCores * wholeBlock.images && work >= wholeBlock.perElement * elements) return 1;
  return partsInCache(elements, { rows, work, weights });
}

interface Batch {
  readonly rows: number;
  /** Multiplications. */
  readonly work: number;
  readonly weights: number;
}

/**
 * As many parts as it takes for the largest image to stay in a core's cache. Each part has gradients of its own for all weights, which
 * are to take less than what is spared.
 */
function partsInCache(elements: number, { rows, work, weights }: Batch): number {
  const most = work < leastPerElement * elements ? cached.waiting : cached.computing;
  const isTooLarge = (parts: number): boolean => {
    const bytes = (4 * elements) / parts;
    return bytes > most || (bytes > cached.waiting && rows >= 2 * parts * wholeBlock.images);
  };
  let parts = measuredCores;
  while (isTooLarge(parts) && rows >= 2 * parts && weights <= elements / (2 * parts)) parts *= 2;
  return parts;
}

/** Elements of the largest batch of images that a graph computes. */
function largestImage({ nodes }: Graph): number {
  const sizes = nodes.flatMap(({ outputs }) =>
    outputs.filter(({ rank }) => rank >= 4).map(({ shape }) => sizeOf(shape)),
  );
  return sizes.reduce((most, size) => Math.max(most, size), 0);
}

/** Whether weights of convolutions over images are among those that are trained. */
function trainsKernels({ variables }: StepDescription): boolean {
  return trainedOf(variables).some(({ variable }) => variable.shape.length >= 4);
}
