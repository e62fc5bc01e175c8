import type { Value } from "../../graph/graph.js";
import { type Shape, sizeOf, stridesOf } from "../../tensor/shape.js";
import { add } from "../add.js";
import { int64Vector } from "../define/define.js";
import { less } from "../less.js";
import { mul } from "../mul.js";
import { reduceSum } from "../reduceSum.js";
import { reshape } from "../reshape.js";
import { where } from "../where.js";

/** The vectors in `indices` [...batch, k], coordinates in `shape` of rank k, as places in row-major order: a vector. */
export function linearIndices(indices: Value, shape: Shape): Value {
  const vectors = reshape(indices, [sizeOf(indices.shape.slice(0, -1)), shape.length]);
  const counted = where(less(vectors, 0), add(vectors, int64Vector(shape)), vectors);
  return reduceSum(mul(counted, int64Vector(stridesOf(shape))), { axes: [1] });
}
