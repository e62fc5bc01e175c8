import { type FieldsOf, number, optional, type ReadOf, readOptions } from "../../../engine/options.js";
import type { Generator } from "../../../engine/random/generator.js";
import { expectedCalibrationError } from "../../../methods/ensemble/calibration/expectedCalibrationError.js";
import { type Risk, riskOf } from "../../../methods/ensemble/risk.js";
import { crossTempered, type Tempered } from "./crossTempered.js";
import { equalCountBins } from "./equalCountBins.js";
import { judged } from "./judged.js";
import { checkLengths, insight } from "./readers.js";
import { wilsonInterval } from "./wilsonInterval.js";

export interface CalibrationOptions {
  /** `[rows, classes]`, row-major: probabilities by models that had not seen the rows. */
  readonly predictions: Float64Array;
  /** `[rows]`: classes from 0. */
  readonly y: Float64Array;
  /** How many there are, from 2. */
  readonly classes: number;
  /** `[rows]`, from 0. Default: 1 for each. */
  readonly weights?: Float64Array | undefined;
  /** From 1. Default: 10. */
  readonly bins?: number | undefined;
  /** Of the folds in which temperatures are found. */
  readonly random: Generator;
}

const fields = {
  predictions: insight.numbers,
  y: insight.numbers,
  classes: number({ min: 2, integer: true }),
  weights: optional(insight.numbers),
  bins: number({ default: 10, min: 1, integer: true }),
  random: insight.random,
} satisfies FieldsOf<CalibrationOptions>;

/** Rows of like probabilities, and how often it came so. */
export interface CalibrationBin {
  /** Least and largest probability in it. */
  readonly from: number;
  readonly to: number;
  /** The mean probability. */
  readonly predicted: number;
  /** The share of rows in which it came so, with its Wilson interval of 95 %. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly rows: number;
}

/** What probabilities are worth as shares. */
export interface CalibrationCurve {
  /** Of which class the probability is; of none where it is the largest of the row, and a row comes so where that is right. */
  readonly class: number | undefined;
  readonly bins: readonly CalibrationBin[];
}

export interface Calibration {
  readonly rows: number;
  /** Of two classes that of class 1; of more that of the largest probability, then each class against the others. */
  readonly curves: readonly CalibrationCurve[];
  /** Mean −log of the probability of the class that came, which is kept above 0.001. */
  readonly logLoss: Risk;
  /** Mean of (1 − p)² for two classes; for more the mean of sums over classes (Brier 1950). */
  readonly brier: Risk;
  /** Expected calibration error, 15 bins of equal width. On few rows it is too large. */
  readonly error: number;
  /** What one temperature for all would do; nothing where rows are fewer than 50 or of one class. */
  readonly tempered: Tempered | undefined;
}

/**
 * Whether probabilities are shares: of rows that are given 30 %, do 30 % come so? In bins of equal count, with intervals, and
 * with what a temperature would mend, each row by one from other rows.
 *
 * @throws ImagoError on unknown options and lengths that do not fit
 */
export function calibration(options: CalibrationOptions): Calibration {
  const settings = readOptions("calibration", options, fields);
  checkLengths("calibration", settings);
  const { predictions, y, classes, weights, random } = settings;
  const { held, form } = judged(y, classes, weights);
  const p = form(predictions);
  return {
    rows: y.length,
    curves: curvesOf(settings, held.weights),
    logLoss: riskOf(held, p, "logLikelihood", "normalised"),
    brier: riskOf(held, p, "squaredError", "normalised"),
    error: expectedCalibrationError(held, p),
    tempered: crossTempered(held, p, random),
  };
}

function curvesOf(
  { predictions, y, classes, bins }: ReadOf<typeof fields>,
  weights: Float64Array,
): CalibrationCurve[] {
  const column = (k: number): Float64Array => y.map((_, row) => predictions[row * classes + k] as number);
  const ofClass = (k: number): CalibrationCurve => ({
    class: k,
    bins: binsOf(
      column(k),
      y.map((label) => Number(label === k)),
      weights,
      bins,
    ),
  });
  if (classes === 2) return [ofClass(1)];
  const largest = y.map((_, row) => {
    const own = predictions.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(own.reduce((a, b) => Math.max(a, b)));
  });
  const confidence = largest.map((k, row) => predictions[row * classes + k] as number);
  const right = largest.map((k, row) => Number(k === y[row]));
  return [
    { class: undefined, bins: binsOf(confidence, right, weights, bins) },
    ...Array.from({ length: classes }, (_, k) => ofClass(k)),
  ];
}

function binsOf(p: Float64Array, came: Float64Array, weights: Float64Array, count: number): CalibrationBin[] {
  return equalCountBins(p, count).flatMap((rows) => {
    const sum = (of: (row: number) => number): number => rows.reduce((all, row) => all + of(row), 0);
    const weightOf = (row: number): number => weights[row] as number;
    const total = sum(weightOf);
    if (total === 0) return [];
    const share = sum((row) => weightOf(row) * (came[row] as number)) / total;
    const [low, high] = wilsonInterval(share, total ** 2 / sum((row) => weightOf(row) ** 2));
    const predicted = sum((row) => weightOf(row) * (p[row] as number)) / total;
    const [from, to] = [p[rows[0] as number] as number, p[rows.at(-1) as number] as number];
    return [{ from, to, predicted, share, low, high, rows: rows.length }];
  });
}
