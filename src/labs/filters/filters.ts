import { gradients } from "../../engine/autodiff/gradients.js";
import { ImagoError } from "../../engine/errors.js";
import { cut } from "../../engine/graph/cut.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { reshape } from "../../engine/ops/reshape.js";
import { readOptions } from "../../engine/options.js";
import { Generator } from "../../engine/random/generator.js";
import { defaultRuntime } from "../../engine/runtime/default.js";
import type { Program } from "../../engine/runtime/runtime.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import type { ImageNetwork } from "../../vision/imageNetwork.js";
import { fromPlanes, type Planes } from "../../vision/pixels.js";
import { type FilterOptions, type FilterSettings, filterFields } from "./filterOptions.js";
import { jiggled, type Sampling, sampled } from "./jiggle.js";
import { firstCoefficients, imageOf } from "./parametrization.js";

/** What one channel looks for. */
export interface FilterPicture {
  readonly channel: number;
  /** Mean activation of the channel for the picture. */
  readonly activation: number;
  /** `[size, size, 3]` from 0 to 255. */
  readonly image: Tensor<"float32">;
}

/**
 * For each channel of a layer an image, found by gradient ascent from noise, for which it answers most strongly: what
 * the channel looks for. For class scores: what the network takes for the class.
 *
 * @throws on unknown options, layers and channels, and the signal's reason when it aborts
 */
export async function* filterPictures(
  network: ImageNetwork,
  options: FilterOptions,
): AsyncGenerator<FilterPicture, void, undefined> {
  const settings = readOptions("filters", options, filterFields);
  const { layer, size } = settings;
  const runtime = settings.runtime ?? (await defaultRuntime());
  const { graph, channels: count } = ascentGraph(network, layer, size);
  const channels = settings.channels ?? Array.from({ length: Math.min(16, count) }, (_, channel) => channel);
  checkChannels(channels, layer, count);
  const program = await runtime.compile(graph);
  try {
    for (const channel of channels) {
      const chosen = Tensor.zeros([count]);
      chosen.data[channel] = 1;
      yield { channel, ...(await ascend(program, chosen, settings)) };
    }
  } finally {
    await program.dispose();
  }
}

/**
 * Inputs: the coefficients, which channel is meant (one at its place, else zeros), and how the image is moved.
 * Outputs: the image, the channel's mean activation and its gradient for the coefficients.
 */
function ascentGraph(network: ImageNetwork, layer: string, size: number): { graph: Graph; channels: number } {
  const graph = new Graph();
  const input = (name: string, shape: readonly number[]): Value =>
    graph.input(name, { dtype: "float32", shape });
  const coefficients = input("coefficients", [3, size, size]);
  const places = graph.input("places", { dtype: "int32", shape: [4, size * size] });
  const image = imageOf(coefficients);
  const moved = sampled(image, places, input("weights", [4, size * size]));
  const activation = network.emit(graph, moved, [layer]).get(layer) as Value;
  const channels = activation.shape[1];
  if (activation.rank < 2 || activation.shape[0] !== 1 || channels === undefined) {
    throw new ImagoError(`filters: layer "${layer}" is ${formatShape(activation.shape)} and has no channels`);
  }
  const means = reduceMean(reshape(activation, [channels, -1]), { axes: [1] });
  const strength = reduceSum(mul(means, input("chosen", [channels])));
  const [gradient] = gradients(strength, [coefficients]);
  const outputs = [
    { name: "image", value: image },
    { name: "strength", value: strength },
    { name: "gradient", value: gradient },
  ];
  return { graph: cut(graph, { outputs, keepInputs: true }).graph, channels };
}

function checkChannels(channels: readonly number[], layer: string, count: number): void {
  const odd = channels.find((channel) => channel >= count);
  if (odd === undefined) return;
  throw new ImagoError(`filters: layer "${layer}" has no channel ${odd}; channels are 0 to ${count - 1}.`);
}

/** How much louder the first noise becomes at most, and at each step, while a channel answers nothing to it. */
const loudest = 40;
const louder = 1.25;

/**
 * Adam on the coefficients of one image. Before, where the channel answers nothing
 * and so says not which way to go, the noise is made louder.
 */
async function ascend(
  program: Program,
  chosen: Tensor,
  { layer, size, steps, learningRate, seed, signal, ...jiggle }: FilterSettings,
): Promise<Omit<FilterPicture, "channel">> {
  const random = new Generator(seed).split("filters");
  const coefficients = firstCoefficients(size, random);
  const into = {
    image: Tensor.zeros([1, 3, size, size]),
    strength: Tensor.zeros([]),
    gradient: Tensor.zeros(coefficients.shape),
  };
  const adam = new Adam(coefficients, learningRate);
  const run = async ({ places, weights }: Sampling): Promise<number> => {
    await program.run({ coefficients, chosen, places, weights }, into);
    const strength = into.strength.item();
    if (Number.isFinite(strength)) return strength;
    throw new ImagoError(
      `filters: the activation of "${layer}" became ${strength}. Check the model's weights and preprocessing.`,
    );
  };
  const noise = coefficients.clone();
  let loudness = 1;
  for (let count = 0; count < steps; count++) {
    signal?.throwIfAborted();
    await run(jiggled(size, random, jiggle));
    if (adam.steps === 0 && into.gradient.data.every((slope) => slope === 0)) {
      // From the beginning again, for a channel that nothing reaches.
      loudness = loudness < loudest ? loudness * louder : 1;
      noise.data.forEach((value, at) => {
        coefficients.data[at] = loudness * value;
      });
      continue;
    }
    adam.climb(into.gradient);
  }
  const activation = await run(jiggled(size, random, { shift: 0, scale: 0, rotate: 0 }));
  return { activation, image: fromPlanes(into.image as Planes) };
}

/** Gradient ascent by Adam, with its usual decay of 0.9 and 0.999. (Kingma and Ba, 2015, algorithm 1.) */
class Adam {
  steps = 0;
  readonly #values: Tensor<"float32">;
  readonly #rate: number;
  readonly #first: Float32Array;
  readonly #second: Float32Array;

  /** @param values changed in place */
  constructor(values: Tensor<"float32">, rate: number) {
    this.#values = values;
    this.#rate = rate;
    this.#first = new Float32Array(values.size);
    this.#second = new Float32Array(values.size);
  }

  climb(gradient: Tensor<"float32">): void {
    this.steps++;
    const [first, second] = [this.#first, this.#second];
    const rate = (this.#rate * Math.sqrt(1 - 0.999 ** this.steps)) / (1 - 0.9 ** this.steps);
    const { data } = this.#values;
    for (let at = 0; at < data.length; at++) {
      const slope = gradient.data[at] as number;
      first[at] = 0.9 * (first[at] as number) + 0.1 * slope;
      second[at] = 0.999 * (second[at] as number) + 0.001 * slope * slope;
      const change = (rate * (first[at] as number)) / (Math.sqrt(second[at] as number) + 1e-12);
      data[at] = (data[at] as number) + change;
    }
  }
}
