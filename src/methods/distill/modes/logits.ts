import type { Value } from "../../../engine/graph/graph.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceMean } from "../../../engine/ops/reduceMean.js";
import { reduceSumSquare } from "../../../engine/ops/reduceSumSquare.js";
import { sub } from "../../../engine/ops/sub.js";
import type { Distance } from "./mode.js";

/** Logits less their mean over the classes, which a softmax does not see. */
export function centredLogits(x: Value): Value {
  return sub(x, reduceMean(x, { axes: [-1], keepDims: true }));
}

/**
 * ½ Σ (z − v)² over the classes (Bucila, Caruana and Niculescu-Mizil 2006; Ba and Caruana 2014, equation 1).
 *
 * For centred logits it is K times, K the number of classes, what {@link soft} comes to as T grows.
 */
export const logits: Distance = ({ student, teacher }) =>
  mul(0.5, reduceSumSquare(sub(student, teacher), { axes: [-1] }));

/** {@link logits} without what a softmax does not see: a student need not learn the teacher's common shift. */
export const centred: Distance = ({ student, teacher, ...more }) =>
  logits({ ...more, student: centredLogits(student), teacher: centredLogits(teacher) });
