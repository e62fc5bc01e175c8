import type { Value } from "../graph/graph.js";
import { and } from "./and.js";
import { cast } from "./cast.js";
import { reduceOp } from "./define/reduce.js";
import { div } from "./div.js";
import { equal } from "./equal.js";
import { mul } from "./mul.js";
import { reduceSum } from "./reduceSum.js";
import { where } from "./where.js";

/**
 * For each element the product of the others: the product without zeros divided by the element where there
 * is no zero; where there is one, all others' product at the zero and 0 elsewhere; 0 where there are more.
 */
function productOfOthers(x: Value, axes: readonly number[]): Value {
  const isZero = equal(x, 0);
  const zeroCount = reduceSum(cast(isZero, x.dtype), { axes, keepDims: true });
  const nonZero = where(isZero, 1, x);
  const product = reduceProd(nonZero, { axes, keepDims: true });
  const atTheZero = where(and(isZero, equal(zeroCount, 1)), product, 0);
  return where(equal(zeroCount, 0), div(product, nonZero), atTheZero);
}

/**
 * Product over axes; 1 for an empty axis. The gradient holds at zeros too, the second derivative only
 * where no element is 0.
 */
export const reduceProd = reduceOp(
  "ReduceProd",
  (x, _y, dy, axes): Value => mul(dy, productOfOthers(x, axes)),
);
