import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { clip } from "../../../engine/ops/clip.js";
import { div } from "../../../engine/ops/div.js";
import { log } from "../../../engine/ops/log.js";
import { mul } from "../../../engine/ops/mul.js";
import { softmax } from "../../../engine/ops/softmax.js";

/** How several teachers become one. */
export type Averaging = "probabilities" | "logits";

/** What stands for a probability of 0, whose logarithm would make NaN of a gradient. */
export const floor = 1e-12;

/** Logarithms of probabilities, with a floor of 1e-12. */
export function logOf(probabilities: Value): Value {
  return log(clip(probabilities, floor, 1));
}

const mean = (values: readonly Value[]): Value =>
  div(
    values.reduce((a, b) => add(a, b)),
    values.length,
  );

/**
 * One teacher's logits from those of several: `softmax(result / T)` is the mean of `softmax(logits / T)` (Hinton's
 * ensemble of ten), or that of the mean of the logits, which is the geometric mean of the probabilities.
 */
export function pooled(teachers: readonly Value[], temperature: Value | number, average: Averaging): Value {
  const [only] = teachers as [Value];
  if (teachers.length === 1) return only;
  if (average === "logits") return mean(teachers);
  const probabilities = mean(teachers.map((teacher) => softmax(div(teacher, temperature), -1)));
  return mul(logOf(probabilities), temperature);
}
