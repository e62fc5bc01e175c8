import type { Value } from "../../../engine/graph/graph.js";
import { div } from "../../../engine/ops/div.js";
import { mul } from "../../../engine/ops/mul.js";
import { sub } from "../../../engine/ops/sub.js";
import { divergence, type Softened } from "./divergence.js";
import { type Compared, type Distance, isCool } from "./mode.js";

/** Both sides' logits over T, and their difference where it is needed. */
export function softened({ student, teacher, temperature, cool = isCool(temperature) }: Compared): Softened {
  return {
    teacher: div(teacher, temperature),
    student: div(student, temperature),
    difference: cool ? undefined : div(sub(student, teacher), temperature),
  };
}

/** T² times something: keeps it in proportion to a loss on labels when T changes. */
export function timesSquare(value: Value, temperature: Compared["temperature"]): Value {
  return mul(value, typeof temperature === "number" ? temperature ** 2 : mul(temperature, temperature));
}

/**
 * T² Σ q (log q − log p), q and p the softmax of the teacher's and the student's logits over T (Hinton, Vinyals and Dean
 * 2015, section 2).
 *
 * It is T² times the cross-entropy less the constant T² H(q), so the gradient, T (p − q), is the same.
 */
export const soft: Distance = (compared) => timesSquare(divergence(softened(compared)), compared.temperature);
