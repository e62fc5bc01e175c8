import type { Value } from "../../engine/graph/graph.js";
import { div } from "../../engine/ops/div.js";
import { equal } from "../../engine/ops/equal.js";
import { where } from "../../engine/ops/where.js";

/** a / b, and 0 where b is 0. */
export function divideNoNan(a: Value, b: Value): Value {
  const zero = equal(b, 0);
  // The quotient must be finite even where it is not taken: its gradient would be NaN.
  return where(zero, 0, div(a, where(zero, 1, b)));
}
