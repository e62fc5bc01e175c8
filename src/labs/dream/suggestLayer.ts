import { arrayOf } from "../../engine/arguments.js";
import type { Shape } from "../../engine/tensor/shape.js";

/** What is known of an activation without running the network. */
export interface ActivationInfo {
  readonly name: string;
  readonly shape: Shape;
  /** ONNX's type of the operator that computes it. */
  readonly operator: string;
}

/** Where networks join their branches, the ends of blocks; else where a layer ends. The first kind that is a series counts. */
const ends = ["Concat", "Add", "Relu", "Clip", "Conv"];
/** How many of a kind are a series of blocks; a small network may have fewer. */
const series = [3, 1];
/** Share of the network's depth at which dreams have eyes and creatures. */
const depth = 0.8;

const listed = arrayOf("an array of activations", "name", "shape", "operator");

/**
 * A layer to dream on where nobody says which: the end of the block about four fifths into the network.
 *
 * @param activations in the order in which they are computed
 * @returns its name; `undefined` when no activation has a position in the image
 */
export function suggestLayer(activations: readonly ActivationInfo[]): string | undefined {
  const candidates = layersToDreamOn("suggestLayer", activations);
  return candidates[Math.round(depth * (candidates.length - 1))]?.name;
}

/** Ends of blocks that have positions in the image; all that have, where there are no blocks. @param where who asks */
export function layersToDreamOn(
  where: string,
  activations: readonly ActivationInfo[],
): readonly ActivationInfo[] {
  listed.read(where, "activations", activations);
  const spatial = activations.filter(
    ({ shape }) => shape.length === 4 && Math.min(shape[2] as number, shape[3] as number) > 1,
  );
  const kinds = ends.map((operator) => spatial.filter((one) => one.operator === operator));
  return series.flatMap((least) => kinds.filter((kind) => kind.length >= least))[0] ?? spatial;
}
