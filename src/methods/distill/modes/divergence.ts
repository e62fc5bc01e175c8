import type { Value } from "../../../engine/graph/graph.js";
import { abs } from "../../../engine/ops/abs.js";
import { add } from "../../../engine/ops/add.js";
import { exp } from "../../../engine/ops/exp.js";
import { greater } from "../../../engine/ops/greater.js";
import { less } from "../../../engine/ops/less.js";
import { logSoftmax } from "../../../engine/ops/logSoftmax.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { sub } from "../../../engine/ops/sub.js";
import { where } from "../../../engine/ops/where.js";

/** Logits at their temperature. */
export interface Softened {
  readonly teacher: Value;
  readonly student: Value;
  /**
   * Student less teacher. Taken before the temperature divides, it keeps the digits that their quotients lose. Absent
   * where the temperature is low, and nothing is lost.
   */
  readonly difference: Value | undefined;
}

/** How near to 0 a logarithm of p / q is developed in a series, and in how many terms to the type's precision. */
const near = 0.125;
const terms = (x: Value): number => (x.dtype === "float64" ? 9 : 4);

/** Below this divergence its own rounding is larger than what leaving it out of the series' argument does. */
const least = (x: Value): number => (x.dtype === "float64" ? 1e-14 : 1e-6);

/** e^x − 1 − x for small x, where the digits of e^x would cancel: x²/2 (1 + x/3 (1 + x/4 (…))). */
export function exponentialRest(x: Value): Value {
  let sum = add(mul(x, 1 / (terms(x) + 2)), 1);
  for (let n = terms(x) + 1; n > 2; n--) sum = add(mul(sum, mul(x, 1 / n)), 1);
  return mul(mul(mul(x, x), 0.5), sum);
}

/**
 * The Kullback-Leibler divergence Σ q (log q − log p) over the last axis, for q and p the softmax of the given logits.
 *
 * At a high temperature that is a difference of nearly equal numbers. So it is summed as Σ q (e^δ − 1 − δ), δ = log p −
 * log q, which is the same since both add up to 1, and has no negative term; δ comes from the difference of the logits.
 *
 * @returns `[batch, …]`: the shape of the logits without their last axis
 */
export function divergence({ teacher, student, difference }: Softened): Value {
  const [logQ, logP] = [logSoftmax(teacher, -1), logSoftmax(student, -1)];
  const q = exp(logQ);
  const each = mul(q, sub(logQ, logP));
  const rough = reduceSum(each, { axes: [-1], keepDims: difference !== undefined });
  if (difference === undefined) return rough;
  // log p − log q is the difference less its mean under q and less the divergence itself, which may be rough here.
  const shift = add(
    reduceSum(mul(q, difference), { axes: [-1], keepDims: true }),
    where(greater(rough, least(rough)), rough, 0),
  );
  const delta = sub(difference, shift);
  const isNear = less(abs(delta), near);
  const small = mul(q, exponentialRest(where(isNear, delta, 0)));
  const large = add(each, sub(exp(logP), q));
  return reduceSum(where(isNear, small, large), { axes: [-1] });
}
