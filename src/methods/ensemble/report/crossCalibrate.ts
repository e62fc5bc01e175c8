import type { Generator } from "../../../engine/random/generator.js";
import { expectedCalibrationError } from "../calibration/expectedCalibrationError.js";
import { temperatureOf, tempered } from "../calibration/temperature.js";
import { type Fold, makeFolds } from "../folds/folds.js";
import { type HeldOut, selectHeldOut } from "../heldOut.js";
import { pairedDifference, type Risk } from "../risk.js";
import { pickRows, putRows } from "../rows.js";
import type { WeightMethod } from "../weights/methods.js";
import { crossFitted } from "./crossFit.js";

/** How far a pool's probabilities are from shares, and what a temperature does about it. */
export interface PoolCalibration {
  /** Expected calibration error of the pool, each row by weights from other rows. */
  readonly error: number;
  /** That of the smallest log loss of these predictions: the one to use. */
  readonly temperature: number;
  /**
   * Expected calibration error at a temperature, each row by one from other rows, whose predictions again were pooled by
   * weights from other rows: nothing is judged on rows that fitted it. NaN where rows, or clusters, are too few for that.
   */
  readonly mended: number;
  /** Log loss of the pool at these temperatures less that of the pool as it is; below 0 where they help. */
  readonly difference: Risk;
}

/**
 * @param pooled by {@link crossFitted} on the same folds
 * @param random of the folds inside each fold
 */
export function crossCalibrated(
  held: HeldOut,
  method: WeightMethod,
  folds: readonly Fold[],
  pooled: Float64Array,
  random: Generator,
): PoolCalibration {
  const { classes } = held;
  const mended = new Float64Array(pooled.length).fill(Number.NaN);
  for (const [fold, { training, validation }] of folds.entries()) {
    const part = selectHeldOut(held, training);
    const count = Math.min(folds.length, unitsOf(part));
    if (count < 2) continue;
    const inner = makeFolds(part.rows, { folds: count, ids: part.clusters, random: random.split(fold) });
    const temperature = temperatureOf(part, crossFitted(part, method, inner));
    putRows(
      tempered(pickRows(pooled, validation, classes), classes, temperature),
      validation,
      classes,
      mended,
    );
  }
  const known = mended.every(Number.isFinite);
  return {
    error: expectedCalibrationError(held, pooled),
    temperature: temperatureOf(held, pooled),
    mended: known ? expectedCalibrationError(held, mended) : Number.NaN,
    difference: pairedDifference(held, mended, pooled, "logLikelihood", "normalised"),
  };
}

/** Rows, or clusters of them, that can be divided into folds. */
function unitsOf({ rows, clusters }: HeldOut): number {
  return clusters === undefined ? rows : new Set(clusters).size;
}
