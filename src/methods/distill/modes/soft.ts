import { div } from "../../../engine/ops/div.js";
import { mul } from "../../../engine/ops/mul.js";
import { divergence } from "./divergence.js";
import type { Distance } from "./mode.js";

/**
 * T² Σ q (log q − log p), q and p the softmax of the teacher's and the student's logits over T (Hinton, Vinyals and Dean
 * 2015, section 2).
 *
 * It is T² times the cross-entropy less the constant T² H(q), so the gradient, T (p − q), is the same; the factor T²
 * keeps it in proportion to a loss on labels when T changes.
 */
export const soft: Distance = ({ student, teacher, temperature }) =>
  mul(
    divergence(div(teacher, temperature), div(student, temperature)),
    typeof temperature === "number" ? temperature ** 2 : mul(temperature, temperature),
  );
