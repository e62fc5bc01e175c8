import type { Tensor } from "../../engine/tensor/tensor.js";
import type { Optimizer } from "../optimizers/optimizer.js";

/** The smallest number that float32 holds to all of its digits. */
const leastNormal = 2 ** -126;

/**
 * After so many steps numbers that have become too small are taken to 0. An average that halves every seven steps takes 160
 * from there to where it would be 0, if it were not rounded back each time.
 */
const stepsBetween = 100;

/**
 * Takes numbers to 0 for which float32 has no full digits, after every hundredth step. Where a unit has died, the average
 * of its gradients shrinks until it is such a number, and stays one for ever; processors take ten times as long for
 * them. No weight that they are added to has digits for them; rules that divide by them, or take their sign alone, are left
 * as they are.
 *
 * @param step how many steps are finished
 */
export function flushDenormals(
  optimizer: Optimizer | undefined,
  slots: Iterable<Tensor>,
  step: number,
): void {
  if (step % stepsBetween !== 0 || (optimizer !== undefined && seesDenormals(optimizer))) return;
  for (const { data } of slots) {
    if (data instanceof Float32Array) flush(data);
  }
}

/** The least that a rule adds to what it divides by for which denormals in its slots make no difference. */
const leastEpsilon = 1e-12;

/** Whether a rule tells a number that is nearly 0 from 0. */
function seesDenormals({ name, config: { epsilon } }: Optimizer): boolean {
  return name === "lion" || (typeof epsilon === "number" && epsilon < leastEpsilon);
}

function flush(data: Float32Array): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value < leastNormal && value > -leastNormal && value !== 0) data[i] = 0;
  }
}
