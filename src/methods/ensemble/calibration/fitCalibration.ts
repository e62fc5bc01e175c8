import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, numbers, oneOf, optional, readOptions, unchecked } from "../../../engine/options.js";
import type { TensorLike } from "../../../engine/tensor/tensor.js";
import { type Platt, type PoolRule, poolRules } from "../../../nn/layers/merging/pool.js";
import { type HeldOut, type HeldOutPredictions, heldOutOf } from "../heldOut.js";
import { plattOf } from "./platt.js";
import { poolRows } from "./poolRows.js";
import { temperatureOf } from "./temperature.js";

export interface FitCalibrationOptions {
  /** As `ensemble` will be given it. Default: mean. */
  readonly combine?: PoolRule | undefined;
  /** As `ensemble` will be given them, one for each member. Default: all alike. */
  readonly weights?: readonly number[] | undefined;
  /** `[rows]`, from 0. Default: 1 for each. */
  readonly observationWeights?: TensorLike | undefined;
  /** Numbers of the rows that count, as `crossValidate` and `bagging` give them. Default: all. */
  readonly rows?: ArrayLike<number> | undefined;
}

const fields = {
  combine: oneOf(poolRules, "mean"),
  weights: optional(numbers({ min: 0 })),
  observationWeights: optional(unchecked<TensorLike>("[rows] numbers")),
  rows: optional(unchecked<ArrayLike<number>>("numbers of rows")),
} satisfies FieldsOf<FitCalibrationOptions>;

/**
 * The temperature to give to `ensemble`: that of the smallest log loss of the pool (Guo et al. 2017), between 1/20 and 20.
 * Above 1 the pool was too sure. Fit it on rows that neither members nor weights have seen; on others it comes out too low.
 *
 * @example
 * const temperature = fitTemperature({ a: pa, b: pb }, y, { combine: "geometricMean" });
 * const pool = ensemble([a, b], { combine: "geometricMean", temperature });
 *
 * @param z probabilities by member, as for `superLearnerWeights`; a single pool's as the only entry
 * @param y `[rows]`: classes from 0; 0, 1 or a fraction between for probabilities of class 1
 * @throws ImagoError on unknown options, shapes that do not fit, and predictions that are no probabilities
 */
export function fitTemperature(
  z: HeldOutPredictions,
  y: TensorLike,
  options: FitCalibrationOptions = {},
): number {
  const { held, pooled } = pooledBy("fitTemperature", z, y, options);
  return temperatureOf(held, pooled);
}

/**
 * Slope and intercept to give to `ensemble` as `platt`: those of the largest likelihood of σ(slope · logit p + intercept) of
 * the pool p (Platt 1999), which can also shift what a temperature can only spread. For two classes.
 *
 * @param z probabilities by member: of class 1 in one column, or of two classes
 * @param y `[rows]`: 0, 1 or a fraction between
 * @throws ImagoError as {@link fitTemperature}, and for more than two classes
 */
export function fitPlatt(z: HeldOutPredictions, y: TensorLike, options: FitCalibrationOptions = {}): Platt {
  const { held, pooled } = pooledBy("fitPlatt", z, y, options);
  if (held.classes === 1) return plattOf(held, pooled);
  throw new ImagoError(`fitPlatt: there are ${held.classes} classes, and Platt's line is for two.`, {
    help: "Take fitTemperature.",
  });
}

function pooledBy(
  where: string,
  z: HeldOutPredictions,
  y: TensorLike,
  options: FitCalibrationOptions,
): { readonly held: HeldOut; readonly pooled: Float64Array } {
  const { combine, weights, observationWeights, rows } = readOptions(where, options, fields);
  const held = heldOutOf(z, y, observationWeights, true, { rows });
  const { names, columns, classes } = held;
  columns.forEach((column, index) => {
    const bad = column.findIndex((p) => !(p >= 0 && p <= 1));
    if (bad < 0) return;
    throw new ImagoError(
      `${where}: "${names[index]}": row ${Math.floor(bad / classes)} has ${column[bad]}; expected probabilities.`,
    );
  });
  const [first] = held.targets;
  const single =
    classes === 1 && held.targets.every((target) => target === first) && (first === 0 || first === 1);
  if (single) {
    throw new ImagoError(`${where}: every row of y is ${first}, so any surer prediction would be better.`, {
      help: "Calibrate on rows of both classes.",
    });
  }
  if (weights !== undefined && weights.length !== columns.length) {
    throw new ImagoError(
      `${where}: there are ${weights.length} weights for ${columns.length} members; they must be as many.`,
    );
  }
  if (weights?.every((weight) => weight === 0))
    throw new ImagoError(`${where}: weights are all 0; at least one must be above.`);
  if (weights !== undefined && combine === "median")
    throw new ImagoError(`${where}: the median takes no weights; leave them out.`);
  const shares = weights ?? columns.map(() => 1);
  return { held, pooled: poolRows(columns, combine, shares, classes) };
}
