import type { Value } from "../../graph/graph.js";
import { type Shape, sameShape } from "../../tensor/shape.js";
import { reduceSum } from "../reduceSum.js";
import { reshape } from "../reshape.js";

/** Sums away what broadcasting from `shape` to the shape of `x` stretched: the adjoint of broadcasting. */
export function sumTo(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const added = x.rank - shape.length;
  const axes = x.shape.flatMap((size, axis) => (axis < added || shape[axis - added] !== size ? [axis] : []));
  const summed = axes.length === 0 ? x : reduceSum(x, { axes, keepDims: true });
  return sameShape(summed.shape, shape) ? summed : reshape(summed, shape);
}
