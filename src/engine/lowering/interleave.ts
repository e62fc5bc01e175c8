import type { Value } from "../graph/graph.js";
import { concat } from "../ops/concat.js";
import { convTranspose } from "../ops/convTranspose.js";
import { reshape } from "../ops/reshape.js";
import { sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { producerOf } from "./rewrite.js";
import { type Pair, tap } from "./tap.js";

/**
 * An image put together from its phases: element [row, column] of phase [i][j] becomes element
 * [row · strides[0] + i, column · strides[1] + j]; a transposed convolution that has an input channel for each phase is the
 * fastest operator for it.
 *
 * @param phases each [batch, channels, rows, columns] with the rows and columns that the image has of it, as many in all rows
 * @param sizes of the image
 */
export function interleave(phases: readonly (readonly Value[])[], sizes: Pair): Value {
  const strides: Pair = [phases.length, phases[0]?.length as number];
  const [first] = phases.flat() as [Value];
  if (strides[0] * strides[1] === 1) return first;
  const lengths: Pair = [first.shape[2] as number, first.shape[3] as number];
  const planes = phases.flat().map((phase) => tap(phase, { lengths }));
  const [batch, channels, rows, columns] = first.shape as [number, number, number, number];
  const apart = planes.map((plane) => reshape(plane, [batch, channels, 1, rows, columns]));
  const together = reshape(concat(apart, { axis: 2 }), [batch, channels * planes.length, rows, columns]);
  const pads = [0, 0, rows * strides[0] - sizes[0], columns * strides[1] - sizes[1]];
  const options = { group: channels, strides, pads };
  return convTranspose(together, places(channels, strides), undefined, options);
}

/** For each channel and phase the one element of a tile that it fills. */
function places(channels: number, strides: Pair): Tensor {
  const count = strides[0] * strides[1];
  const weights = new Float32Array(channels * count * count);
  for (let plane = 0; plane < channels * count; plane++) weights[plane * count + (plane % count)] = 1;
  return new Tensor("float32", [channels * count, 1, ...strides], weights);
}

/** An image in its phases. */
export interface Interleaved {
  /** Row by row. */
  readonly phases: readonly Value[];
  readonly strides: Pair;
}

const transposed = new Set(["ConvTranspose"]);
const reshapes = new Set(["Reshape"]);
const concats = new Set(["Concat"]);

/** The phases of an image that {@link interleave} put together; undefined for any other. */
export function interleaved(image: Value | undefined): Interleaved | undefined {
  const node = producerOf(image, transposed);
  const stacked = producerOf(producerOf(node?.inputs[0], reshapes)?.inputs[0], concats);
  const phases = stacked?.inputs.map((plane) => producerOf(plane, reshapes)?.inputs[0]) ?? [];
  const [down, right] = node?.attributes.ints("strides") ?? [];
  const [first] = phases;
  if (first === undefined || down === undefined || right === undefined) return undefined;
  const expected = places(first.shape[1] as number, [down, right]);
  const weights = node?.inputs[1]?.constant;
  const isOurs =
    node?.inputs.length === 2 &&
    node.attributes.int("group", 1) === first.shape[1] &&
    stacked?.attributes.int("axis") === 2 &&
    phases.every((phase) => phase?.rank === 4 && sameShape(phase.shape, first.shape)) &&
    phases.length === down * right &&
    weights !== undefined &&
    sameShape(weights.shape, expected.shape) &&
    weights.data.every((weight, index) => weight === expected.data[index]);
  return isOurs ? { phases: phases as Value[], strides: [down, right] } : undefined;
}
