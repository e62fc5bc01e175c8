import type { HeldOut } from "../heldOut.js";

type Probabilities = Pick<HeldOut, "rows" | "classes" | "targets"> & Partial<Pick<HeldOut, "weights">>;

/**
 * The expected calibration error: Σ n_b / n · |accuracy_b − confidence_b| over equal bins of confidence, which is the
 * largest probability (Naeini, Cooper and Hauskrecht 2015). A constant prediction of the base rate has 0, so it says
 * nothing about how good a prediction is; and on few rows it is too large.
 *
 * @param p `rows × classes`, or of class 1 where `classes` is 1
 * @param bins Default: 15.
 */
export function expectedCalibrationError(
  { rows, classes, targets, weights }: Probabilities,
  p: Float64Array,
  bins = 15,
): number {
  const excess = new Float64Array(bins);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const { confidence, right } = classes === 1 ? single(p, targets, row) : largest(p, targets, row, classes);
    const bin = Math.min(bins - 1, Math.floor(confidence * bins));
    const weight = weights?.[row] ?? 1;
    total += weight;
    excess[bin] = (excess[bin] as number) + weight * (right - confidence);
  }
  return excess.reduce((sum, value) => sum + Math.abs(value), 0) / total;
}

interface Answer {
  readonly confidence: number;
  /** 1 or 0, or the share that a fraction gives. */
  readonly right: number;
}

function single(p: Float64Array, targets: Float64Array, row: number): Answer {
  const [first, target] = [p[row] as number, targets[row] as number];
  return first >= 0.5 ? { confidence: first, right: target } : { confidence: 1 - first, right: 1 - target };
}

function largest(p: Float64Array, targets: Float64Array, row: number, classes: number): Answer {
  let best = row * classes;
  for (let i = best + 1; i < (row + 1) * classes; i++) if ((p[i] as number) > (p[best] as number)) best = i;
  return { confidence: p[best] as number, right: targets[best] as number };
}
