import type { Graph, Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { concat } from "../../engine/ops/concat.js";
import { mul } from "../../engine/ops/mul.js";
import { pad } from "../../engine/ops/pad.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { reshape } from "../../engine/ops/reshape.js";
import { slice } from "../../engine/ops/slice.js";
import { sub } from "../../engine/ops/sub.js";
import { type Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import type { Activations, ImageNetwork } from "../../vision/imageNetwork.js";
import { gramMatrix } from "./gramMatrix.js";
import { totalVariation } from "./totalVariation.js";

/** An activation that counts towards a loss. */
export interface StyleLayer {
  /** The activation's name in the model. */
  readonly name: string;
  /** Its share among its kind. Default: 1. */
  readonly weight?: number | undefined;
}

/** One style, as the losses see it. */
export interface StyleTarget {
  /** Its share among the styles. */
  readonly weight: number;
  /** Gram matrices by the layers' names. */
  readonly grams: ReadonlyMap<string, Tensor>;
  /** How much each position of a layer counts; `undefined` where all count 1. */
  weightsAt(height: number, width: number): Float32Array | undefined;
}

/** What an image is compared with. */
export interface StyleTargets {
  /** Activations of the content by the layers' names. */
  readonly content: ReadonlyMap<string, Tensor>;
  readonly styles: readonly StyleTarget[];
}

export interface ObjectiveSettings {
  readonly contentLayers: readonly StyleLayer[];
  readonly styleLayers: readonly StyleLayer[];
  readonly contentWeight: number;
  readonly styleWeight: number;
  readonly totalVariationWeight: number;
  /** What style losses are parts of: that of the content. Default: 1, for those as they are. */
  readonly styleUnit?: number | undefined;
  /** Pixels that mirror the image beyond its edges before the network sees it. */
  readonly padding: number;
}

/** The total loss, and its parts before their weights are applied. */
export interface StyleLosses {
  readonly total: number;
  readonly content: number;
  /** As a part of what the content's is: 1 at the start, where that is the content. */
  readonly style: number;
  /** In squared steps of 255. */
  readonly totalVariation: number;
  /** The style loss at each style layer, in their order; the mean of these, by weight, is `style`. */
  readonly styleLayers: readonly number[];
}

/**
 * The activations of an image that is mirrored beyond its edges, since there convolutions see zeros or nothing,
 * without the positions that lie beyond them: counted, they would give pixels near the edges twice the influence,
 * and near the corners four times.
 */
export function emitActivations(
  network: ImageNetwork,
  graph: Graph,
  pixels: Value,
  layers: readonly StyleLayer[],
  padding: number,
): Activations {
  const pads = [0, 0, padding, padding, 0, 0, padding, padding];
  const padded = padding === 0 ? pixels : pad(pixels, { pads, mode: "reflect" });
  const activations = network.emit(graph, padded, [...new Set(layers.map(({ name }) => name))]);
  return new Map(
    [...activations].map(([name, activation]) => [name, withoutPadding(activation, padded, padding)]),
  );
}

function withoutPadding(activation: Value, padded: Value, padding: number): Value {
  if (activation.rank !== 4) return activation;
  const starts = [2, 3].map((axis) => {
    const size = padded.size(axis);
    return positionsBeyond(activation.size(axis), size, padding);
  });
  const ends = starts.map((start, index) => activation.size(index + 2) - start);
  return slice(activation, { starts, ends, axes: [2, 3] });
}

/**
 * How many of `count` positions along an axis of `size` pixels have their centre in the padding before the image.
 * Layers look at images symmetrically, so the middle position has its centre in the middle of the image, and the
 * others follow at the layer's stride.
 */
function positionsBeyond(count: number, size: number, padding: number): number {
  const stride = Math.max(1, Math.round(size / count));
  const inside = size - 2 * padding;
  return Math.max(0, Math.ceil((count - 1) / 2 - inside / (2 * stride) - 1e-9));
}

/**
 * The loss of style transfer: content, style and total variation, by their weights. Content and style losses are
 * mean squares of differences from the target, divided by the target's own mean square, so that layers count alike
 * whatever their scale, and averaged over layers (and styles) by weight. (Gatys, Ecker and Bethge 2016, where the
 * weights of layers do what the division does here.)
 *
 * @param pixels `[1, 3, height, width]` from 0 to 255
 * @returns the total as a scalar, and all parts as a vector for {@link readLosses}
 */
export function styleObjective(
  network: ImageNetwork,
  graph: Graph,
  pixels: Value,
  targets: StyleTargets,
  settings: ObjectiveSettings,
): { total: Value; parts: Value } {
  const { contentLayers, styleLayers, styleUnit = 1 } = settings;
  const layers = [...contentLayers, ...styleLayers];
  const activations = emitActivations(network, graph, pixels, layers, settings.padding);
  const contents = contentLayers.map(({ name }) =>
    relativeError(activations.get(name) as Value, targets.content.get(name) as Tensor),
  );
  const content = average(
    contents,
    contentLayers.map(({ weight = 1 }) => weight),
  );
  const styles = styleLayers.map(({ name }) => {
    const loss = styleLoss(activations.get(name) as Value, name, targets);
    return styleUnit === 1 ? loss : mul(loss, 1 / styleUnit);
  });
  const style = average(
    styles,
    styleLayers.map(({ weight = 1 }) => weight),
  );
  const variation = totalVariation(pixels);
  const weighted = [
    mul(content, settings.contentWeight),
    mul(style, settings.styleWeight),
    mul(variation, settings.totalVariationWeight),
  ];
  const total = weighted.reduce((a, b) => add(a, b));
  const parts = [total, content, style, variation, ...styles].map((part) => reshape(part, [1]));
  return { total, parts: concat(parts, { axis: 0 }) };
}

/** The parts of {@link styleObjective} by their names. */
export function readLosses(parts: Tensor): StyleLosses {
  const [total = 0, content = 0, style = 0, variation = 0, ...styleLayers] = Array.from(toNumbers(parts));
  return { total, content, style, totalVariation: variation, styleLayers };
}

/** The difference of one layer's Gram matrices from those of all styles. */
function styleLoss(activation: Value, name: string, { styles }: StyleTargets): Value {
  const [, , height = 0, width = 0] = activation.shape;
  // Styles that count everywhere have one Gram matrix in common, which lowering finds.
  const losses = styles.map((style) => {
    const gram = gramMatrix(activation, style.weightsAt(height, width));
    return relativeError(gram, style.grams.get(name) as Tensor);
  });
  return average(
    losses,
    styles.map(({ weight }) => weight),
  );
}

/** The mean square of the difference from a target, as part of the target's own mean square. */
function relativeError(value: Value, target: Tensor): Value {
  const difference = sub(value, target);
  return mul(reduceMean(mul(difference, difference)), 1 / meanSquare(target));
}

function meanSquare(tensor: Tensor): number {
  const numbers = toNumbers(tensor);
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += (numbers[i] as number) ** 2;
  // A layer that answers nothing at all is compared as it is.
  return sum === 0 ? 1 : sum / numbers.length;
}

function average(values: readonly Value[], weights: readonly number[]): Value {
  const total = weights.reduce((a, b) => a + b, 0);
  return values
    .map((value, index) => mul(value, (weights[index] as number) / total))
    .reduce((a, b) => add(a, b));
}
