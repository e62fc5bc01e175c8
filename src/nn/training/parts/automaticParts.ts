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

/**
 * Fewest images of a part where kernels are trained, whose gradients take images in blocks of so many: with fewer, two parts were
 * up to a sixth faster (the whole of SqueezeNet below), or no faster, and took 1.6 times the memory.
 */
const leastImages = 16;

/**
 * Parts that `"auto"` means for training, by a rule over model, batch and cores, so that a run is the same whatever else the machine
 * does. The rule stands on this table: steps in two parts as a ratio of whole ones, on two cores (Intel Xeon, AVX-512, Node 20,
 * onnxruntime-node 1.30, medians of steps in turn). On other numbers of cores nothing was measured, and nothing is split unless
 * it is asked for.
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
 */
export function automaticParts({ description, mode, signature, cores }: StepFacts): number {
  if (cores !== measuredCores || mode !== "train" || description.objective !== undefined) return 1;
  const rows = signature.inputs[0]?.shape[0] ?? 0;
  if (rows < measuredCores * leastImages && trainsKernels(description)) return 1;
  const { graph } = probe(description, mode, signature);
  const work = multiplyAdds(graph);
  const weights = trainedOf(description.variables).reduce(
    (sum, { variable }) => sum + sizeOf(variable.shape),
    0,
  );
  return work >= leastWork && work >= leastPerWeight * weights ? measuredCores : 1;
}

/** Whether weights of convolutions over images are among those that are trained. */
function trainsKernels({ variables }: StepDescription): boolean {
  return trainedOf(variables).some(({ variable }) => variable.shape.length >= 4);
}
