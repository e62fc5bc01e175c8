import { quantile } from "../../numerics/quantile.js";
import type { Seen } from "../sampler.js";

/**
 * What each trial is taken to have lost; `undefined` while none gave a number. A failed one as much as the worst. A pruned one
 * was worse than others where it stopped, but what it had by then cannot be compared with what others had at their end: it is
 * taken at its word between the median and the worst of those.
 */
export function lossesOf(trials: readonly Seen[]): number[] | undefined {
  const complete = trials.filter(isComplete).map(({ loss }) => loss as number);
  if (complete.length === 0) return undefined;
  const sorted = complete.toSorted((a, b) => a - b);
  const [middle, worst] = [quantile(sorted, 0.5), sorted.at(-1) as number];
  return trials.map((trial) => {
    if (isComplete(trial)) return trial.loss as number;
    if (trial.state !== "pruned" || !Number.isFinite(trial.loss)) return worst;
    return Math.min(worst, Math.max(middle, trial.loss as number));
  });
}

function isComplete({ state, loss }: Seen): boolean {
  return state === "complete" && Number.isFinite(loss);
}

/**
 * Losses as a Gaussian process likes them: what is above the median by d becomes s log(1 + d / s), s the distance of the
 * median from the best tenth, so that how bad the bad half is does not drown the differences within the good one; then mean 0
 * and variance 1. Equal ones become 0.
 */
export function warpedTargets(losses: readonly number[]): Float64Array {
  // Squares of what is near the largest number would not be numbers.
  const largest = Math.max(...losses.map(Math.abs)) || 1;
  const scaled = losses.map((loss) => loss / largest);
  const sorted = scaled.toSorted((a, b) => a - b);
  const middle = quantile(sorted, 0.5);
  const spread = middle - quantile(sorted, 0.1) || middle - (sorted[0] as number);
  const warped = Float64Array.from(scaled, (loss) =>
    spread > 0 && loss > middle ? middle + spread * Math.log1p((loss - middle) / spread) : loss,
  );
  const mean = warped.reduce((sum, value) => sum + value / warped.length, 0);
  const deviation = Math.sqrt(warped.reduce((sum, value) => sum + (value - mean) ** 2 / warped.length, 0));
  return warped.map((value) => (deviation > 0 ? (value - mean) / deviation : 0));
}
