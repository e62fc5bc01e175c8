import type { Value } from "../../engine/graph/graph.js";
import { square } from "../../engine/ops/composed/square.js";
import { equal } from "../../engine/ops/equal.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { sub } from "../../engine/ops/sub.js";
import { where } from "../../engine/ops/where.js";

/** Labels 0 and 1 as −1 and 1, as Keras does where all labels of a batch are 0 or 1; others are kept. */
export function signLabels(labels: Value): Value {
  const other = reduceSum(square(mul(labels, sub(labels, 1))));
  return where(equal(other, 0), sub(mul(labels, 2), 1), labels);
}
