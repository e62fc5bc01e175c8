import type { Value } from "../../graph/graph.js";
import { deriveKey } from "../../random/hash.js";
import { type Shape, sizeOf } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { add } from "../add.js";
import { bitShift } from "../bitShift.js";
import { bitwiseXor } from "../bitwiseXor.js";
import { cast } from "../cast.js";
import { mul } from "../mul.js";
import { reshape } from "../reshape.js";
import { split } from "../split.js";

const word = (value: number): Tensor => Tensor.scalar(value, "uint32");

/** The same bijection of 32-bit words as `mix` in `random/hash.ts`, in ONNX operators. */
function mix(x: Value): Value {
  const xorShift = (value: Value, places: number): Value =>
    bitwiseXor(value, bitShift(value, word(places), "right"));
  const first = mul(xorShift(x, 16), word(0x7feb352d));
  const second = mul(xorShift(first, 15), word(0x846ca68b));
  return xorShift(second, 16);
}

/** 0, 1, 2, … `count` − 1, in steps of `step`. */
function counter(count: number, step: number, shape: Shape): Tensor {
  return new Tensor(
    "uint32",
    shape,
    Uint32Array.from({ length: count }, (_, index) => index * step),
  );
}

/** The position of every element, as the sums of two short constants: one long one would fill the model's file. */
type Positions = readonly [Tensor, Tensor];

function positions(shape: Shape): Positions {
  const total = sizeOf(shape);
  let columns = 1;
  for (let axis = shape.length - 1; axis >= 0 && columns * columns < total; axis--)
    columns *= shape[axis] as number;
  const rows = columns === 0 ? 0 : total / columns;
  return [counter(rows, columns, [rows, 1]), counter(columns, 1, [1, columns])];
}

/** The part of a larger tensor that is wanted: some places of one axis, from one on. */
export interface RandomPart {
  readonly axis: number;
  /** The whole tensor's size along it. */
  readonly size: number;
  /** The first place: uint32 scalar or `[1]`. */
  readonly first: Value;
}

/** The positions that the elements of a part, of `shape`, have in the whole, from its first element on. */
function partPositions(shape: Shape, { axis, size }: RandomPart): Positions {
  const outer = sizeOf(shape.slice(0, axis));
  if (outer === 1) return positions(shape);
  const inner = sizeOf(shape.slice(axis + 1));
  const columns = (shape[axis] as number) * inner;
  return [counter(outer, size * inner, [outer, 1]), counter(columns, 1, [1, columns])];
}

/**
 * Uniform float32 numbers in [0, 1), multiples of 2⁻²⁴: a hash of the words, the stream and each element's
 * position, so the same arguments give the same numbers on every device.
 *
 * @param words two random words, uint32 `[2]`, other ones for each run
 * @param stream tells apart several uses of the same words
 * @param part where these are to be the numbers that a part of a larger tensor has
 * @returns a tensor of `shape`; no gradient passes through it
 */
export function randomUniform(words: Value, stream: number, shape: Shape, part?: RandomPart): Value {
  const [streamLow, streamHigh] = deriveKey([0, 0], [stream]);
  const [low, high] = split(words, { axis: 0, sizes: [1, 1] }) as [Value, Value];
  const [rows, columns] = part === undefined ? positions(shape) : partPositions(shape, part);
  const start =
    part === undefined ? low : add(low, mul(part.first, word(sizeOf(shape.slice(part.axis + 1)))));
  const position = add(add(start, rows), columns);
  const keyed = mix(bitwiseXor(position, word(streamLow)));
  const bits = mix(add(bitwiseXor(keyed, high), word(streamHigh)));
  const uniform = mul(cast(bitShift(bits, word(8), "right"), "float32"), 2 ** -24);
  return reshape(uniform, shape);
}
