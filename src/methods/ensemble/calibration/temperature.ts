import { softmaxRows } from "../combine.js";
import type { HeldOut } from "../heldOut.js";
import { logOdds } from "./poolRows.js";

type Labelled = Pick<HeldOut, "rows" | "classes" | "targets" | "weights">;

const golden = (Math.sqrt(5) - 1) / 2;
/** Temperatures are looked for between 1 over this and this. */
const farthest = 20;

/** Probabilities at a temperature: softmax(log p / T); of single ones σ(logit p / T). */
export function tempered(p: Float64Array, classes: number, temperature: number): Float64Array {
  const scores = logOdds(p, classes).map((score) => score / temperature);
  return classes === 1 ? scores.map((x) => 1 / (1 + Math.exp(-x))) : softmaxRows(scores, classes);
}

/**
 * The temperature of the smallest log loss on rows that have fitted nothing else (Guo et al. 2017), by golden section on its
 * logarithm, between 1/20 and 20; the loss is convex in 1/T. Above 1 the predictions were too sure.
 *
 * @param p `rows × classes`, or of class 1 where `classes` is 1
 */
export function temperatureOf(held: Labelled, p: Float64Array): number {
  const scores = logOdds(p, held.classes);
  const loss = (log: number): number => scaledLoss(held, scores, Math.exp(-log));
  let [low, high] = [-Math.log(farthest), Math.log(farthest)];
  while (high - low > 1e-9) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (loss(left) <= loss(right)) high = right;
    else low = left;
  }
  const found = (low + high) / 2;
  // Where no temperature is better than another, as for predictions of one half, none is needed.
  return loss(found) < loss(0) ? Math.exp(found) : 1;
}

/** −Σ w log-likelihood of scores times a factor. */
function scaledLoss(
  { rows, classes, targets, weights }: Labelled,
  scores: Float64Array,
  factor: number,
): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row] as number;
    if (classes === 1) {
      const x = factor * (scores[row] as number);
      sum += weight * (softplus(x) - (targets[row] as number) * x);
      continue;
    }
    const from = row * classes;
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) largest = Math.max(largest, factor * (scores[from + k] as number));
    let [total, own] = [0, 0];
    for (let k = 0; k < classes; k++) {
      const x = factor * (scores[from + k] as number);
      total += Math.exp(x - largest);
      own += (targets[from + k] as number) * x;
    }
    sum += weight * (largest + Math.log(total) - own);
  }
  return sum;
}

/** log(1 + eˣ) without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
