import type { Value } from "../../graph/graph.js";
import type { Shape } from "../../tensor/shape.js";
import { reverse } from "../composed/reverse.js";
import { reshape } from "../reshape.js";
import { transpose } from "../transpose.js";
import { conv } from "./conv.js";
import type { Convolution } from "./convolution.js";
import { convTranspose } from "./convTranspose.js";
import { extent, spatialAxes } from "./window.js";

/** The weights of the convolution that goes the other way: [out, in / group, …] to [in, out / group, …], reversed. */
function turned(w: Value, group: number): Value {
  const [out, inside, kernel] = [w.size(0), w.size(1), w.shape.slice(2)];
  const reversed = spatialAxes(w.rank).filter((axis) => w.size(axis) > 1);
  const flipped = reversed.length === 0 ? w : reverse(w, reversed);
  if (group === 1) return transpose(flipped, [1, 0, ...spatialAxes(w.rank)]);
  const apart = reshape(flipped, [group, out / group, inside, ...kernel]);
  const order = [0, 2, 1, ...kernel.map((_, axis) => axis + 3)];
  return reshape(transpose(apart, order), [group * inside, out / group, ...kernel]);
}

/**
 * Whether the gradient for the image is a convolution without cuts: no strides, and no window that lies outside of
 * the image. That runs faster than ConvTranspose, except where channels fall into groups of several.
 */
function isConvolution(
  { strides, before, after, group }: Convolution,
  w: Value,
  reach: readonly number[],
): boolean {
  const depthwise = w.shape[0] === group && w.shape[1] === 1;
  return (
    (group === 1 || depthwise) &&
    strides.every((stride) => stride === 1) &&
    reach.every((most, axis) => Math.max(before[axis] as number, after[axis] as number) <= most)
  );
}

/**
 * The gradient for the image, of spatial sizes `sizes`: a convolution of `dy` with the weights turned round
 * (Dumoulin and Visin 2016, section 4.3), or its general form.
 */
export function convInputGradient(dy: Value, w: Value, convolution: Convolution, sizes: Shape): Value {
  const { strides, dilations, before, after, group } = convolution;
  const reach = sizes.map((_, axis) => extent(convolution, axis) - 1);
  if (isConvolution(convolution, w, reach)) {
    const pads = [...before, ...after].map((pad, i) => (reach[i % sizes.length] as number) - pad);
    return conv(dy, turned(w, group), undefined, { dilations, pads, group });
  }
  const rest = sizes.map((size, axis) => {
    const covered = (strides[axis] as number) * (dy.size(axis + 2) - 1) + (reach[axis] as number) + 1;
    return size + (before[axis] as number) + (after[axis] as number) - covered;
  });
  return convTranspose(dy, w, undefined, {
    strides,
    dilations,
    pads: [...before, ...after],
    outputPadding: rest,
    group,
  });
}
