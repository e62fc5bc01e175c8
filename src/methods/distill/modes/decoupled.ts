import { ImagoError } from "../../../engine/errors.js";
import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { cast } from "../../../engine/ops/cast.js";
import { concat } from "../../../engine/ops/concat.js";
import { gatherElements } from "../../../engine/ops/gatherElements.js";
import { greaterOrEqual } from "../../../engine/ops/greaterOrEqual.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceLogSumExp } from "../../../engine/ops/reduceLogSumExp.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { softmax } from "../../../engine/ops/softmax.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { divergence, type Softened } from "./divergence.js";
import type { Distance } from "./mode.js";
import { softened, timesSquare } from "./soft.js";

/** How much the two parts of {@link decoupled} count. */
export interface DecoupledWeights {
  readonly ownWeight: number;
  readonly othersWeight: number;
}

/** The numbers of all classes but the right one: `[batch, …, classes − 1]` of int64. */
function otherClasses(labels: Value, classes: number): Value {
  const counted = BigInt64Array.from({ length: classes - 1 }, (_, index) => BigInt(index));
  const numbers = labels.graph.constant(new Tensor("int64", [classes - 1], counted), "classes");
  // Left out by a gather, so that no number stands in for minus infinity.
  return add(numbers, cast(greaterOrEqual(numbers, labels), "int64"));
}

/** The right class against the rest: their logits `[batch, …, 2]`, and the logits of the others. */
function split(
  { teacher, student, difference }: Softened,
  labels: Value,
): { readonly among: Softened; against(rest: Value | undefined): Softened } {
  const others = otherClasses(labels, student.size(-1));
  const pick = (x: Value, classes: Value): Value => gatherElements(x, classes, { axis: -1 });
  const among = {
    teacher: pick(teacher, others),
    student: pick(student, others),
    difference: difference && pick(difference, others),
  };
  const pair = (x: Value, rest: Value): Value => concat([pick(x, labels), rest], { axis: -1 });
  const sum = (x: Value): Value => reduceLogSumExp(x, { axes: [-1], keepDims: true });
  return {
    among,
    against: (rest) => ({
      teacher: pair(teacher, sum(among.teacher)),
      student: pair(student, sum(among.student)),
      difference: difference && rest && pair(difference, rest),
    }),
  };
}

/**
 * T² (own · KL of the right class against the rest + others · KL among the others) (Zhao et al. 2022, equation 7).
 *
 * {@link soft} weighs the second part by the teacher's doubt, 1 − q of the right class, so a sure teacher teaches
 * little about the other classes; here it has a weight of its own.
 */
export function decoupled({ ownWeight, othersWeight }: DecoupledWeights): Distance {
  return (compared) => {
    const { student, temperature, labels } = compared;
    const classes = student.size(-1);
    if (labels === undefined || classes < 3) {
      throw new ImagoError(`decoupled: expected labels and 3 classes or more, received ${classes} classes.`);
    }
    const { among, against } = split(softened(compared), labels);
    const others = divergence(among);
    const own = divergence(against(apart(among, others)));
    return timesSquare(add(mul(own, ownWeight), mul(others, othersWeight)), temperature);
  };
}

/** How far the sums of the others are apart: the mean of the differences under q, and what the divergence adds. */
function apart({ teacher, difference }: Softened, others: Value): Value | undefined {
  if (difference === undefined) return undefined;
  const mean = reduceSum(mul(softmax(teacher, -1), difference), { axes: [-1], keepDims: true });
  return add(mean, unsqueeze(others, [-1]));
}
