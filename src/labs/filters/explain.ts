import { aTensor } from "../../engine/arguments.js";
import { gradients } from "../../engine/autodiff/gradients.js";
import { ImagoError } from "../../engine/errors.js";
import { cut } from "../../engine/graph/cut.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { abs } from "../../engine/ops/abs.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMax } from "../../engine/ops/reduceMax.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { relu } from "../../engine/ops/relu.js";
import { reshape } from "../../engine/ops/reshape.js";
import { resize } from "../../engine/ops/resize.js";
import {
  type FieldsOf,
  having,
  number,
  optional,
  type ReadOf,
  readOptions,
  text,
} from "../../engine/options.js";
import { defaultRuntime } from "../../engine/runtime/default.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { formatShape, sizeOf } from "../../engine/tensor/shape.js";
import { Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { type ImageNetwork, imageNetwork } from "../../vision/imageNetwork.js";
import { type Planes, toPlanes } from "../../vision/pixels.js";
import { requirePositions } from "../../vision/requirePositions.js";

export interface ExplainOptions {
  /** The activation that holds the class scores `[1, classes]`, best before a softmax. */
  readonly scores: string;
  /** The class to explain, 0 to 1000000. Default: the one with the highest score. */
  readonly class?: number | undefined;
  /** For Grad-CAM, the layer to look at, `[1, channels, height, width]`. Without one it is saliency by pixels. */
  readonly layer?: string | undefined;
  readonly runtime?: Runtime | undefined;
}

/** How {@link ExplainOptions} are read; command lines make their flags of these. */
export const explainFields = {
  scores: text(undefined, { help: "activation that holds the class scores", unit: "name" }),
  class: optional(
    number({
      min: 0,
      max: 1_000_000,
      integer: true,
      help: "class to explain (default: the one with the highest score)",
    }),
  ),
  layer: optional(
    text(undefined, { help: "layer to look at by Grad-CAM, such as the last with positions", unit: "name" }),
  ),
  runtime: optional(having<Runtime>("a Runtime", "compile")),
} satisfies FieldsOf<ExplainOptions>;

/** Which places of an image speak for a class. */
export interface Explanation {
  readonly class: number;
  readonly score: number;
  /** The scores of all classes. */
  readonly scores: readonly number[];
  /** `[height, width]` of the image, from 0 to 1. */
  readonly map: Tensor<"float32">;
}

/**
 * Which places of an image a classifier's score for a class rests on. Without a layer: the largest absolute
 * derivative of the score with respect to the three colours of each pixel (Simonyan, Vedaldi and Zisserman, "Deep
 * Inside Convolutional Networks", 2014). With one: Grad-CAM, the layer's channels weighted by the mean derivative of
 * the score with respect to them, of which the positive part is enlarged to the image (Selvaraju et al.,
 * "Grad-CAM", 2017).
 *
 * @param image `[height, width, 3]` from 0 to 255
 * @throws on unknown options, layers and classes
 */
export async function explain(
  network: ImageNetwork,
  image: Tensor,
  options: ExplainOptions,
): Promise<Explanation> {
  imageNetwork.read("explain", "network", network);
  aTensor.read("explain", "image", image);
  const settings = readOptions("explain", options, explainFields);
  const runtime = settings.runtime ?? (await defaultRuntime());
  const pixels = toPlanes(image);
  const wanted = settings.class ?? largest(await scoresOf(network, pixels, settings.scores, runtime));
  const graph = explanationGraph(network, pixels.shape, settings, wanted);
  const program = await runtime.compile(graph);
  try {
    const { map, score, scores } = await program.run({ pixels });
    return {
      ...{ class: wanted, score: (score as Tensor).item(), scores: Array.from(toNumbers(scores as Tensor)) },
      map: normalized(map as Tensor<"float32">),
    };
  } finally {
    await program.dispose();
  }
}

function emitScores(network: ImageNetwork, pixels: Value, names: readonly string[]): readonly Value[] {
  const found = network.emit(pixels.graph, pixels, names);
  const [scores, ...others] = names.map((name) => found.get(name) as Value) as [Value, ...Value[]];
  const classes = scores.shape[1] ?? 0;
  if (sizeOf(scores.shape) !== classes) {
    throw new ImagoError(
      `explain: "${names[0]}" is ${formatShape(scores.shape)}; expected class scores [1, classes]`,
    );
  }
  return [reshape(scores, [classes]), ...others];
}

async function scoresOf(
  network: ImageNetwork,
  pixels: Planes,
  name: string,
  runtime: Runtime,
): Promise<Tensor> {
  const graph = new Graph();
  const input = graph.input("pixels", { dtype: "float32", shape: pixels.shape });
  graph.output("scores", emitScores(network, input, [name])[0] as Value);
  const program = await runtime.compile(graph);
  try {
    return (await program.run({ pixels })).scores as Tensor;
  } finally {
    await program.dispose();
  }
}

function largest({ data }: Tensor): number {
  let best = 0;
  for (let at = 1; at < data.length; at++) if (Number(data[at]) > Number(data[best])) best = at;
  return best;
}

function explanationGraph(
  network: ImageNetwork,
  shape: readonly number[],
  { scores: name, layer }: ReadOf<typeof explainFields>,
  wanted: number,
): Graph {
  const graph = new Graph();
  const pixels = graph.input("pixels", { dtype: "float32", shape });
  const names = layer === undefined ? [name] : [name, layer];
  const [scores, activation] = emitScores(network, pixels, names) as [Value, Value?];
  const classes = scores.size(0);
  if (wanted >= classes) {
    throw new ImagoError(
      `explain: there is no class ${wanted} in "${name}"; classes are 0 to ${classes - 1}`,
    );
  }
  const chosen = Tensor.zeros([classes]);
  chosen.data[wanted] = 1;
  const score = reduceSum(mul(scores, chosen));
  const map =
    activation === undefined ? saliency(score, pixels) : gradCam(score, activation, layer as string, shape);
  const outputs = [
    { name: "map", value: map },
    { name: "score", value: score },
    { name: "scores", value: scores },
  ];
  return cut(graph, { outputs }).graph;
}

function saliency(score: Value, pixels: Value): Value {
  const [gradient] = gradients(score, [pixels]);
  const [height, width] = [pixels.size(2), pixels.size(3)];
  return reshape(reduceMax(abs(gradient), { axes: [1] }), [height, width]);
}

function gradCam(score: Value, activation: Value, layer: string, shape: readonly number[]): Value {
  requirePositions(layer, activation);
  const [gradient] = gradients(score, [activation]);
  const weights = reduceMean(gradient, { axes: [2, 3], keepDims: true });
  const map = relu(reduceSum(mul(weights, activation), { axes: [1], keepDims: true }));
  const [height, width] = shape.slice(2) as [number, number];
  return reshape(resize(map, { sizes: [1, 1, height, width], mode: "linear" }), [height, width]);
}

/** From 0 to 1; all 0 where nothing speaks for the class. */
function normalized(map: Tensor<"float32">): Tensor<"float32"> {
  const most = map.data.reduce((a, b) => Math.max(a, b), 0);
  if (most > 0) for (let at = 0; at < map.size; at++) map.data[at] = (map.data[at] as number) / most;
  return map;
}
