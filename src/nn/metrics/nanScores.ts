import type { Value } from "../../engine/graph/graph.js";
import { argMax } from "../../engine/ops/argMax.js";
import { cast } from "../../engine/ops/cast.js";
import { greater } from "../../engine/ops/greater.js";
import { isNan } from "../../engine/ops/isNan.js";
import { reduceMax } from "../../engine/ops/reduceMax.js";
import { where } from "../../engine/ops/where.js";

/**
 * The class with the highest score along an axis, which goes: float32. It is NaN where any of the scores is: what cannot be compared
 * is never right.
 */
export function bestClass(scores: Value, axis = -1): Value {
  const broken = greater(reduceMax(cast(isNan(scores), "float32"), { axes: [axis] }), 0);
  return where(broken, Number.NaN, cast(argMax(scores, { axis }), "float32"));
}

/** Scores of which NaN is as wrong as can be: −∞ for what is to be found, +∞ for what is not. */
export function wrongWhereNan(scores: Value, labels: Value): Value {
  const wrong = where(greater(labels, 0), Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  return where(isNan(scores), cast(wrong, scores.dtype), scores);
}
