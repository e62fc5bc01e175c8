import type { Value } from "../../engine/graph/graph.js";
import { div } from "../../engine/ops/div.js";
import { max } from "../../engine/ops/max.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { sqrt } from "../../engine/ops/sqrt.js";
import { square } from "../../engine/ops/square.js";
import { epsilon } from "../config/epsilon.js";

/**
 * Vectors along an axis, at Euclidean length 1. A vector shorter than Keras's epsilon is divided by epsilon
 * instead, so zeros stay zeros; their gradient passes through as 1 / epsilon.
 */
export function normalize(x: Value, axis: number): Value {
  const squares = reduceSum(square(x), { axes: [axis], keepDims: true });
  // The bound stands before the root, whose slope at 0 is infinite.
  return mul(x, div(1, sqrt(max(squares, epsilon * epsilon))));
}
