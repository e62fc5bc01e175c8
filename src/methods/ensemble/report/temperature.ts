import { softmaxRows } from "../combine.js";
import type { HeldOut } from "../heldOut.js";
import { riskOf } from "../risk.js";

/** As the layer `pool` has it: what of a probability of 0 is left, so that it has a logarithm. */
const floor = 2 ** -23;
const golden = (Math.sqrt(5) - 1) / 2;

/** Probabilities at a temperature: softmax(log p / T); of single ones σ(logit p / T). */
export function tempered(p: Float64Array, classes: number, temperature: number): Float64Array {
  const kept = p.map((value) => Math.min(1 - floor, Math.max(floor, value)));
  if (classes === 1) return kept.map((value) => 1 / (1 + ((1 - value) / value) ** (1 / temperature)));
  return softmaxRows(
    kept.map((value) => Math.log(value) / temperature),
    classes,
  );
}

/**
 * The temperature of the smallest log loss on rows that have fitted nothing else (Guo et al. 2017), by golden section on
 * its logarithm, between 1/20 and 20. Above 1 the predictions were too sure.
 *
 * @param p `rows × classes`, or of class 1 where `classes` is 1
 */
export function fitTemperature(held: HeldOut, p: Float64Array): number {
  const loss = (log: number): number =>
    riskOf(held, tempered(p, held.classes, Math.exp(log)), "logLikelihood").risk;
  let [low, high] = [-Math.log(20), Math.log(20)];
  while (high - low > 1e-6) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (loss(left) <= loss(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}
