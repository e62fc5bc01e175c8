import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { clip } from "../../../engine/ops/clip.js";
import { concat } from "../../../engine/ops/concat.js";
import { div } from "../../../engine/ops/div.js";
import { less } from "../../../engine/ops/less.js";
import { log } from "../../../engine/ops/log.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceLogSumExp } from "../../../engine/ops/reduceLogSumExp.js";
import { softmax } from "../../../engine/ops/softmax.js";
import { sub } from "../../../engine/ops/sub.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
import { where } from "../../../engine/ops/where.js";
import { exponentialRest } from "./divergence.js";
import { isCool } from "./mode.js";

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
 * log(mean e^x) over teachers, where the x of each class add up to 0. Nearly equal teachers make it so small that it would
 * be lost beside 1.
 */
function logMeanExp(each: readonly Value[]): Value {
  const stacked = concat(
    each.map((x) => unsqueeze(x, [0])),
    { axis: 0 },
  );
  const whole = sub(reduceLogSumExp(stacked, { axes: [0] }), Math.log(each.length));
  // Where it is small, so is every x, and the series holds.
  const close = less(whole, 1e-4);
  const rest = mean(each.map((x) => exponentialRest(where(close, x, 0))));
  return where(close, rest, whole);
}

/**
 * One teacher's logits from those of several: `softmax(result / T)` is the mean of `softmax(logits / T)` (Hinton's
 * ensemble of ten), or that of the mean of the logits, which is the geometric mean of the probabilities.
 */
export function pooled(
  teachers: readonly Value[],
  temperature: Value | number,
  average: Averaging,
  cool = isCool(temperature),
): Value {
  const [only] = teachers as [Value];
  if (teachers.length === 1) return only;
  if (average === "logits") return mean(teachers);
  if (!cool) return hotMean(teachers, temperature);
  const probabilities = mean(teachers.map((teacher) => softmax(div(teacher, temperature), -1)));
  return mul(logOf(probabilities), temperature);
}

/**
 * The mean of probabilities as the mean of logits and T times what the spread of the teachers' log q adds. So it keeps its
 * digits at a high T, where all q are nearly equal.
 */
function hotMean(teachers: readonly Value[], temperature: Value | number): Value {
  const middle = mean(teachers);
  const sums = teachers.map((teacher) =>
    reduceLogSumExp(div(teacher, temperature), { axes: [-1], keepDims: true }),
  );
  const middleSum = mean(sums);
  const spread = teachers.map((teacher, index) =>
    sub(div(sub(teacher, middle), temperature), sub(sums[index] as Value, middleSum)),
  );
  return add(middle, mul(logMeanExp(spread), temperature));
}
