/** Probabilities are kept this far from 0 and 1 in log losses and log-odds, as R's SuperLearner does. */
export const trim = 0.001;

/** A probability within `trim` and 1 − `trim`. */
export function trimmed(probability: number): number {
  return Math.min(1 - trim, Math.max(trim, probability));
}

/** log(p / (1 − p)) of the trimmed probability. */
export function logit(probability: number): number {
  const p = trimmed(probability);
  return Math.log(p / (1 - p));
}
