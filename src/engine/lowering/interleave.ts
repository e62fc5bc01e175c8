import type { Node, Value } from "../graph/graph.js";
import { concat } from "../ops/concat.js";
import { convTranspose } from "../ops/conv/convTranspose.js";
import { reshape } from "../ops/reshape.js";
import { sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { producerOf } from "./rewrite.js";
import { type Pair, tap } from "./tap.js";

/**
 * An image put together from its phases: element [row, column] of phase [i][j] becomes element
 * [row · strides[0] + i, column · strides[1] + j], where the strides are how many rows of phases there are, and how
 * many phases in each. A transposed convolution that has an input channel for each phase is the fastest operator for
 * it.
 *
 * @param phases each [batch, channels, rows, columns] with the rows and columns that the image has of it
 * @param sizes of the image
 */
export function interleave(phases: readonly (readonly Value[])[], sizes: Pair): Value {
  const strides: Pair = [phases.length, phases[0]?.length as number];
  const [first] = phases.flat() as [Value];
  if (strides[0] * strides[1] === 1) return first;
  const [batch, channels, rows, columns] = [first.size(0), first.size(1), first.size(2), first.size(3)];
  const planes = phases.flat().map((phase) => tap(phase, { lengths: [rows, columns] }));
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

/** All that a transposed convolution that puts phases together says of itself. */
const placingAttributes = new Set(["group", "strides", "pads"]);

/** The phases of an image that {@link interleave} put together; undefined for any other. */
export function interleaved(image: Value | undefined): Interleaved | undefined {
  const node = producerOf(image, transposed);
  const stack = node?.inputs[0];
  const planes = producerOf(producerOf(stack, reshapes)?.inputs[0], concats);
  const phases = planes?.inputs.map((plane) => producerOf(plane, reshapes)?.inputs[0]) ?? [];
  const [down, right] = node?.attributes.ints("strides") ?? [];
  const [first] = phases;
  if (first?.rank !== 4 || down === undefined || right === undefined) return undefined;
  const [batch, channels, rows, columns] = [first.size(0), first.size(1), first.size(2), first.size(3)];
  const isStacked =
    phases.length === down * right &&
    phases.every((phase) => sameShape(phase?.shape ?? [], first.shape)) &&
    planes?.attributes.int("axis") === 2 &&
    planes.inputs.every((plane) => sameShape(plane?.shape ?? [], [batch, channels, 1, rows, columns])) &&
    sameShape(stack?.shape ?? [], [batch, channels * phases.length, rows, columns]);
  if (!isStacked || !isPlacing(node as Node, channels, [down, right])) return undefined;
  return { phases: phases as Value[], strides: [down, right] };
}

/** Whether a transposed convolution takes phases to their places from the first row and column on, and no more. */
function isPlacing({ inputs, attributes }: Node, channels: number, strides: Pair): boolean {
  const [top = 0, left = 0, bottom = 0, right = 0] = attributes.ints("pads") ?? [];
  const expected = places(channels, strides);
  const weights = inputs[1]?.constant;
  return (
    inputs.length === 2 &&
    [...attributes].every(([name]) => placingAttributes.has(name)) &&
    attributes.int("group", 1) === channels &&
    top === 0 &&
    left === 0 &&
    bottom < strides[0] &&
    right < strides[1] &&
    weights !== undefined &&
    sameShape(weights.shape, expected.shape) &&
    weights.data.every((weight, index) => weight === expected.data[index])
  );
}
