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

/** The position of every element, from two short constants: one long one would fill the model's file. */
function positions(shape: Shape): [Tensor, Tensor] {
  const total = sizeOf(shape);
  let columns = 1;
  for (let axis = shape.length - 1; axis >= 0 && columns * columns < total; axis--)
    columns *= shape[axis] as number;
  const rows = columns === 0 ? 0 : total / columns;
  return [counter(rows, columns, [rows, 1]), counter(columns, 1, [1, columns])];
}

/**
 * Uniform float32 numbers in [0, 1), multiples of 2⁻²⁴: a hash of the words, the stream and each element's
 * position, so the same arguments give the same numbers on every device.
 *
 * @param words two random words, uint32 `[2]`, other ones for each run
 * @param stream tells apart several uses of the same words
 * @returns a tensor of `shape`; no gradient passes through it
 */
export function randomUniform(words: Value, stream: number, shape: Shape): Value {
  const [streamLow, streamHigh] = deriveKey([0, 0], [stream]);
  const [low, high] = split(words, { axis: 0, sizes: [1, 1] }) as [Value, Value];
  const [rows, columns] = positions(shape);
  const position = add(add(low, rows), columns);
  const keyed = mix(bitwiseXor(position, word(streamLow)));
  const bits = mix(add(bitwiseXor(keyed, high), word(streamHigh)));
  const uniform = mul(cast(bitShift(bits, word(8), "right"), "float32"), 2 ** -24);
  return reshape(uniform, shape);
}
