import { arrayOf } from "../../engine/arguments.js";
import type { Shape } from "../../engine/tensor/shape.js";

/** What is known of an activation without running the network. */
export interface ActivationInfo {
  readonly name: string;
  readonly shape: Shape;
  /** ONNX's type of the operator that computes it. */
  readonly operator: string;
}

/** The layers of a style transfer by their names. */
export interface SuggestedLayers {
  readonly content: string;
  readonly style: readonly string[];
}

/** Where networks join their branches, the ends of blocks; else where a layer ends. The first kind found counts. */
const ends = ["Concat", "Add", "Relu", "Clip", "Conv"];
/** Fewer than this are no series of blocks. */
const least = 3;
/** An activation needs so many positions on each side for a Gram matrix to say something. */
const smallestSide = 7;
/** More layers cost time, and add little. */
const most = 8;
/** Share of the style layers, from the front, behind which the content layer stands. */
const contentDepth = 0.7;

const listed = arrayOf("an array of activations", "name", "shape", "operator");

/**
 * Layers for a style transfer where nobody says which: the first layer, the ends of blocks evenly spread over the
 * network as far as it still sees places, and for the content the one about two thirds along them.
 *
 * @param activations in the order in which they are computed
 * @returns `undefined` when no activation has positions in the image
 */
export function suggestStyleLayers(activations: readonly ActivationInfo[]): SuggestedLayers | undefined {
  listed.read("suggestStyleLayers", "activations", activations);
  const spatial = activations.filter(
    ({ shape }) => shape.length === 4 && Math.min(shape[2] as number, shape[3] as number) >= smallestSide,
  );
  const first = spatial.find(({ operator }) => operator === "Relu" || operator === "Clip") ?? spatial[0];
  if (first === undefined) return undefined;
  const series = ends
    .map((operator) => spatial.filter((one) => one.operator === operator))
    .find((found) => found.length >= least);
  const candidates = [...new Set([first, ...(series ?? spatial)])];
  const count = Math.min(most, candidates.length);
  const style = Array.from({ length: count }, (_, index) => {
    const at = count === 1 ? 0 : Math.round((index * (candidates.length - 1)) / (count - 1));
    return (candidates[at] as ActivationInfo).name;
  });
  return { content: style[Math.round(contentDepth * (count - 1))] as string, style };
}
