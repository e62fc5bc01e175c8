import type { Generator } from "../../../engine/random/generator.js";
import { temperatureOf, tempered } from "../../../methods/ensemble/calibration/temperature.js";
import { makeFolds } from "../../../methods/ensemble/folds/folds.js";
import { type HeldOut, selectHeldOut } from "../../../methods/ensemble/heldOut.js";
import { pairedDifference, type Risk, riskOf } from "../../../methods/ensemble/risk.js";
import { pickRows, putRows } from "../../../methods/ensemble/rows.js";

/** What one temperature for all rows would do. */
export interface Tempered {
  /** Of all rows: above 1 where the predictions are too sure, below where they are not sure enough. */
  readonly temperature: number;
  /** Each row at a temperature from other rows. */
  readonly logLoss: Risk;
  readonly brier: Risk;
  /** Log loss so, less that of the predictions as they are: below 0 where it helps. */
  readonly difference: Risk;
}

/** On fewer rows a temperature is chance. */
const leastRows = 50;
const folds = 5;

/**
 * Nothing is judged on rows that found its temperature.
 *
 * @param p as `held` takes them
 */
export function crossTempered(held: HeldOut, p: Float64Array, random: Generator): Tempered | undefined {
  const { rows, classes, targets } = held;
  if (rows < leastRows) return undefined;
  const label = (row: number): number =>
    classes === 1 ? (targets[row] as number) : targets.subarray(row * classes).indexOf(1);
  const strata = Int32Array.from({ length: rows }, (_, row) => label(row));
  const parts = makeFolds(rows, { folds, strata, random: random.split("temperature") });
  if (parts.some(({ training }) => new Set(pickStrata(strata, training)).size < 2)) return undefined;
  const mended = new Float64Array(p.length);
  for (const { training, validation } of parts) {
    const temperature = temperatureOf(selectHeldOut(held, training), pickRows(p, training, classes));
    putRows(tempered(pickRows(p, validation, classes), classes, temperature), validation, classes, mended);
  }
  return {
    temperature: temperatureOf(held, p),
    logLoss: riskOf(held, mended, "logLikelihood", "normalised"),
    brier: riskOf(held, mended, "squaredError", "normalised"),
    difference: pairedDifference(held, mended, p, "logLikelihood", "normalised"),
  };
}

const pickStrata = (strata: Int32Array, rows: Int32Array): Int32Array =>
  rows.map((row) => strata[row] as number);
