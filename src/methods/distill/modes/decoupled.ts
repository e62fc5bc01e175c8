import { ImagoError } from "../../../engine/errors.js";
import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { cast } from "../../../engine/ops/cast.js";
import { concat } from "../../../engine/ops/concat.js";
import { div } from "../../../engine/ops/div.js";
import { gatherElements } from "../../../engine/ops/gatherElements.js";
import { greaterOrEqual } from "../../../engine/ops/greaterOrEqual.js";
import { logSoftmax } from "../../../engine/ops/logSoftmax.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceLogSumExp } from "../../../engine/ops/reduceLogSumExp.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { divergence } from "./divergence.js";
import type { Distance } from "./mode.js";

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

/** Logarithms of the right class's probability and of the rest's: `[batch, …, 2]`. */
function ownAgainstRest(logits: Value, labels: Value, others: Value): Value {
  const logarithms = logSoftmax(logits, -1);
  const rest = gatherElements(logarithms, others, { axis: -1 });
  return concat(
    [gatherElements(logarithms, labels, { axis: -1 }), reduceLogSumExp(rest, { axes: [-1], keepDims: true })],
    { axis: -1 },
  );
}

/**
 * T² (own · KL of the right class against the rest + others · KL among the others) (Zhao et al. 2022, equation 7).
 *
 * {@link soft} weighs the second part by the teacher's doubt, 1 − q of the right class, so a sure teacher teaches
 * little about the other classes; here it has a weight of its own.
 */
export function decoupled({ ownWeight, othersWeight }: DecoupledWeights): Distance {
  return ({ student, teacher, temperature, labels }) => {
    const classes = student.size(-1);
    if (labels === undefined || classes < 3) {
      throw new ImagoError(`decoupled: expected labels and 3 classes or more, received ${classes} classes.`);
    }
    const others = otherClasses(labels, classes);
    const [v, z] = [div(teacher, temperature), div(student, temperature)];
    const among = (x: Value): Value => gatherElements(x, others, { axis: -1 });
    const own = divergence(ownAgainstRest(v, labels, others), ownAgainstRest(z, labels, others));
    const parts = add(mul(own, ownWeight), mul(divergence(among(v), among(z)), othersWeight));
    return mul(parts, typeof temperature === "number" ? temperature ** 2 : mul(temperature, temperature));
  };
}
