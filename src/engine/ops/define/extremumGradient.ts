import type { Value } from "../../graph/graph.js";
import { cast } from "../cast.js";
import { div } from "../div.js";
import { equal } from "../equal.js";
import { mul } from "../mul.js";
import { reduceSum } from "../reduceSum.js";

/** The gradient of a maximum or minimum `y`: elements that are equal to it share it equally. */
export function extremumGradient(x: Value, y: Value, dy: Value, axes: readonly number[]): Value {
  const mask = cast(equal(x, y), x.dtype);
  return mul(mask, div(dy, reduceSum(mask, { axes, keepDims: true })));
}
