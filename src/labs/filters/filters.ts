import { ImagoError } from "../../engine/errors.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { mul } from "../../engine/ops/mul.js";
import { neg } from "../../engine/ops/neg.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { reshape } from "../../engine/ops/reshape.js";
import { readOptions } from "../../engine/options.js";
import { Generator } from "../../engine/random/generator.js";
import { defaultRuntime } from "../../engine/runtime/default.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { type ImageNetwork, imageNetwork } from "../../vision/imageNetwork.js";
import { type DescentProblem, PixelDescent } from "../../vision/pixelDescent.js";
import { fromPlanes, type Planes } from "../../vision/pixels.js";
import { type FilterOptions, type FilterSettings, filterFields } from "./filterOptions.js";
import { jiggled, sampled } from "./jiggle.js";
import { firstCoefficients, imageOf } from "./parametrization.js";

/** What one channel looks for. */
export interface FilterPicture {
  readonly channel: number;
  /** Mean activation of the channel for the picture. */
  readonly activation: number;
  /** `[size, size, 3]` from 0 to 255. */
  readonly image: Tensor<"float32">;
}

/** Where the picture of a channel stands after a step. */
export interface FilterStep {
  readonly channel: number;
  /** Of all pictures, from 0. */
  readonly picture: number;
  readonly pictures: number;
  /** Finished steps of this picture. */
  readonly step: number;
  readonly steps: number;
  /** Mean activation of the channel before the step, for the image as it was moved at random. */
  readonly activation: number;
  /** Whether this is the finished picture. */
  readonly last: boolean;
  /** The picture as it is now; to be asked for before the next step. */
  finished(): Promise<FilterPicture>;
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
  for await (const step of filterSteps(network, options)) if (step.last) yield await step.finished();
}

/**
 * {@link filterPictures} step by step: the steps whose `last` is true have the finished pictures.
 *
 * @throws as {@link filterPictures} does
 */
export async function* filterSteps(
  network: ImageNetwork,
  options: FilterOptions,
): AsyncGenerator<FilterStep, void, undefined> {
  imageNetwork.read("filters", "network", network);
  const settings = readOptions("filters", options, filterFields);
  const { layer, size } = settings;
  const runtime = settings.runtime ?? (await defaultRuntime());
  const count = channelsOf(network, layer, size);
  const channels = settings.channels ?? Array.from({ length: Math.min(16, count) }, (_, channel) => channel);
  checkChannels(channels, layer, count);
  const descent = await PixelDescent.open(ascentProblem(network, settings, count), runtime);
  try {
    for (const [picture, channel] of channels.entries()) {
      const chosen = Tensor.zeros([count]);
      chosen.data[channel] = 1;
      const place = { channel, picture, pictures: channels.length };
      for await (const step of ascend(descent, chosen, settings)) {
        const finished = async (): Promise<FilterPicture> => ({ channel, ...(await step.finished()) });
        yield { ...place, ...step, finished };
      }
    }
  } finally {
    await descent.dispose();
  }
}

/** How many channels a layer has for an image of a size. */
function channelsOf(network: ImageNetwork, layer: string, size: number): number {
  const graph = new Graph();
  const pixels = graph.input("pixels", { dtype: "float32", shape: [1, 3, size, size] });
  const { rank, shape } = network.emit(graph, pixels, [layer]).get(layer) as Value;
  const channels = shape[1];
  if (rank >= 2 && shape[0] === 1 && channels !== undefined) return channels;
  throw new ImagoError(`filters: layer "${layer}" is ${formatShape(shape)} and has no channels.`);
}

/**
 * A channel's mean activation for the image of some coefficients, to be made large. Inputs: which channel is meant (one
 * at its place, else zeros), and how the image is moved. Reports the image and the activation.
 */
function ascentProblem(
  network: ImageNetwork,
  { layer, size }: FilterSettings,
  channels: number,
): DescentProblem {
  return {
    shape: [3, size, size],
    epsilon: 1e-12,
    emit: (graph, coefficients) => {
      const places = graph.input("places", { dtype: "int32", shape: [4, size * size] });
      const weights = graph.input("weights", { dtype: "float32", shape: [4, size * size] });
      const chosen = graph.input("chosen", { dtype: "float32", shape: [channels] });
      const image = imageOf(coefficients);
      const activation = network.emit(graph, sampled(image, places, weights), [layer]).get(layer) as Value;
      const means = reduceMean(reshape(activation, [channels, -1]), { axes: [1] });
      const strength = reduceSum(mul(means, chosen));
      return { loss: neg(strength), reports: { image, strength } };
    },
  };
}

function checkChannels(channels: readonly number[], layer: string, count: number): void {
  const odd = channels.find((channel) => channel >= count);
  if (odd === undefined) return;
  throw new ImagoError(`filters: layer "${layer}" has no channel ${odd}; channels are 0 to ${count - 1}.`);
}

/** A step on the way to one picture. */
type Ascent = Pick<FilterStep, "step" | "steps" | "activation" | "last"> & {
  finished(): Promise<Omit<FilterPicture, "channel">>;
};

/** How much louder the first noise becomes at most, and at each step, while a channel answers nothing to it. */
const loudest = 40;
const louder = 1.25;

/**
 * Adam on the coefficients of one image. Before, where the channel answers nothing
 * and so says not which way to go, the noise is made louder.
 */
async function* ascend(
  descent: PixelDescent,
  chosen: Tensor,
  { layer, size, steps, learningRate, seed, signal, ...jiggle }: FilterSettings,
): AsyncGenerator<Ascent, void, undefined> {
  const random = new Generator(seed).split("filters");
  const noise = firstCoefficients(size, random);
  descent.restart(noise);
  const finished = async (): Promise<Omit<FilterPicture, "channel">> => {
    const still = jiggled(size, new Generator(seed), { shift: 0, scale: 0, rotate: 0 });
    const { strength, image } = await descent.evaluate({ chosen, ...still });
    return { activation: checkFinite(layer, strength as Tensor), image: fromPlanes(image as Planes) };
  };
  let loudness = 1;
  for (let step = 1; step <= steps; step++) {
    signal?.throwIfAborted();
    const { strength } = await descent.step(learningRate, { chosen, ...jiggled(size, random, jiggle) });
    const activation = checkFinite(layer, strength as Tensor);
    if (descent.steps <= 1 && descent.isAtRest) {
      // From the beginning again, for a channel that nothing reaches.
      loudness = loudness < loudest ? loudness * louder : 1;
      descent.restart(
        new Tensor(
          "float32",
          noise.shape,
          noise.data.map((value) => loudness * value),
        ),
      );
    }
    yield { step, steps, activation, last: step === steps, finished };
  }
}

function checkFinite(layer: string, activation: Tensor): number {
  const strength = activation.item();
  if (Number.isFinite(strength)) return strength;
  throw new ImagoError(
    `filters: the activation of "${layer}" became ${strength}. Check the model's weights and preprocessing.`,
  );
}
