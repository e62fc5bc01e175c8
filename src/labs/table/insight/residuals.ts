import { type FieldsOf, number, optional, readOptions } from "../../../engine/options.js";
import type { Generator } from "../../../engine/random/generator.js";
import type { Risk } from "../../../methods/ensemble/risk.js";
import { equalCountBins } from "./equalCountBins.js";
import { meanOf } from "./judged.js";
import { checkLengths, insight } from "./readers.js";
import { type ResidualQuantile, residualQuantiles } from "./residualQuantiles.js";

export interface ResidualsOptions {
  /** `[rows]`: by models that had not seen the rows. */
  readonly predictions: Float64Array;
  /** `[rows]` */
  readonly y: Float64Array;
  /** `[rows]`, from 0. Default: 1 for each. */
  readonly weights?: Float64Array | undefined;
  /** Of more rows so many are drawn as points. Default: 800. */
  readonly mostPoints?: number | undefined;
  readonly random: Generator;
}

const fields = {
  predictions: insight.numbers,
  y: insight.numbers,
  weights: optional(insight.numbers),
  mostPoints: number({ default: 800, min: 1, integer: true }),
  random: insight.random,
} satisfies FieldsOf<ResidualsOptions>;

/** What is left of the truth when the prediction is taken from it. */
export interface Residuals {
  readonly rows: number;
  /** Their mean: 0 but for chance where predictions are neither too high nor too low on the whole. */
  readonly mean: Risk;
  /** Their standard deviation. */
  readonly deviation: number;
  /** Shares within one and two deviations of the mean: 68 % and 95 % where they are normal. */
  readonly withinOne: number;
  readonly withinTwo: number;
  /** Intervals around predictions that hold 50, 80, 90 and 95 % of new rows, see {@link residualQuantiles}. */
  readonly quantiles: readonly ResidualQuantile[];
  /** Ten bins of equal count by the prediction. */
  readonly bins: readonly ResidualBin[];
  readonly points: readonly ResidualPoint[];
}

/** Rows of like predictions. */
export interface ResidualBin {
  /** Means in it. */
  readonly predicted: number;
  readonly residual: number;
  readonly standardError: number;
  readonly rows: number;
}

export interface ResidualPoint {
  readonly row: number;
  readonly predicted: number;
  readonly residual: number;
}

const levels = [0.5, 0.8, 0.9, 0.95];
const binCount = 10;

/**
 * Residuals, y less the prediction, against predictions: a curve in the bins says that something systematic is left, a funnel
 * that errors grow.
 *
 * @throws ImagoError on unknown options, lengths that do not fit and predictions that are not finite
 */
export function residuals(options: ResidualsOptions): Residuals {
  const settings = readOptions("residuals", options, fields);
  checkLengths("residuals", settings);
  const { predictions, y, weights, mostPoints, random } = settings;
  const left = y.map((value, row) => value - (predictions[row] as number));
  const quantiles = residualQuantiles(left, levels);
  const mean = meanOf(left, weights);
  const squares = meanOf(
    left.map((value) => (value - mean.risk) ** 2),
    weights,
  );
  const deviation = Math.sqrt(squares.risk);
  const within = (reach: number): number =>
    meanOf(
      left.map((value) => Number(Math.abs(value - mean.risk) <= reach)),
      weights,
    ).risk;
  const rows = random.split("points").permutation(y.length).subarray(0, mostPoints).sort();
  return {
    rows: y.length,
    mean,
    deviation,
    withinOne: within(deviation),
    withinTwo: within(2 * deviation),
    quantiles,
    bins: equalCountBins(predictions, binCount).map((own) => binOf(own, predictions, left)),
    points: Array.from(rows, (row) => ({
      row,
      predicted: predictions[row] as number,
      residual: left[row] as number,
    })),
  };
}

function binOf(rows: Int32Array, predictions: Float64Array, left: Float64Array): ResidualBin {
  const of = (values: Float64Array): Risk => meanOf(Float64Array.from(rows, (row) => values[row] as number));
  const { risk: residual, standardError } = of(left);
  return { predicted: of(predictions).risk, residual, standardError, rows: rows.length };
}
