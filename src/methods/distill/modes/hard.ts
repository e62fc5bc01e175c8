import { argMax } from "../../../engine/ops/argMax.js";
import { gatherElements } from "../../../engine/ops/gatherElements.js";
import { logSoftmax } from "../../../engine/ops/logSoftmax.js";
import { neg } from "../../../engine/ops/neg.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import type { Distance } from "./mode.js";

/**
 * −log of the student's probability of the class that the teacher holds for the likeliest (Touvron et al. 2021,
 * equation 3), at a temperature of 1. Of equal ones the first counts.
 */
export const hard: Distance = ({ student, teacher }) => {
  const likeliest = argMax(teacher, { axis: -1, keepDims: true });
  // The gathered axis has size 1: its sum takes it away.
  return neg(reduceSum(gatherElements(logSoftmax(student, -1), likeliest, { axis: -1 }), { axes: [-1] }));
};
