import { ImagoError } from "../../errors.js";
import type { Value } from "../../graph/graph.js";
import { formatShape, sameShape } from "../../tensor/shape.js";
import { formatType } from "../../tensor/tensor.js";
import { reshape } from "../reshape.js";

/** A vector with one element for each channel, in a shape that broadcasts to [batch, channels, …] of `rank`. */
export function alongChannels(vector: Value, rank: number): Value {
  return reshape(vector, [vector.size(0), ...new Array<number>(rank - 2).fill(1)]);
}

/** All axes but the channels'. */
export function axesOffChannels(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1);
}

/** @throws unless each of `vectors` has one element, of the type of `x`, for each channel of [batch, channels, …] */
export function requireChannelVectors(x: Value, vectors: Readonly<Record<string, Value>>): void {
  if (x.rank < 2)
    throw new ImagoError(`expected rank 2 or more (batch, channels, …), received ${formatShape(x.shape)}`);
  const channels = x.size(1);
  for (const [name, vector] of Object.entries(vectors)) {
    if (vector.dtype !== x.dtype || !sameShape(vector.shape, [channels])) {
      throw new ImagoError(
        `the ${name} must be ${x.dtype}[${channels}], one for each channel, received ${formatType(vector.type)}`,
      );
    }
  }
}
