import type { Value } from "../../engine/graph/graph.js";
import { square } from "../../engine/ops/composed/square.js";
import { div } from "../../engine/ops/div.js";
import { max } from "../../engine/ops/max.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { sqrt } from "../../engine/ops/sqrt.js";
import { epsilon } from "../config/epsilon.js";

/**
 * Vectors along axes, at Euclidean length 1. A vector shorter than `smallest` is divided by it instead, so
 * zeros stay zeros; their gradient passes through as 1 / smallest.
 *
 * @param smallest default: Keras's epsilon, 1e-7
 */
export function normalize(x: Value, axes: number | readonly number[], smallest = epsilon): Value {
  const squares = reduceSum(square(x), { axes: [axes].flat(), keepDims: true });
  // The bound stands before the root, whose slope at 0 is infinite.
  return mul(x, div(1, sqrt(max(squares, smallest * smallest))));
}
