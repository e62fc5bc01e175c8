import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, number, oneOf, optional, readOptions, unchecked } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { TensorLike } from "../../../engine/tensor/tensor.js";
import { combine } from "../combine.js";
import { type Fold, makeFolds } from "../folds/folds.js";
import { type HeldOut, type HeldOutPredictions, heldOutOf } from "../heldOut.js";
import { pairedDifference, type Risk, riskOf } from "../risk.js";
import { pickRows, putRows } from "../rows.js";
import { riskOfMethod, weightsOf } from "../superLearnerWeights.js";
import { type WeightMethod, weightMethods } from "../weights/methods.js";
import { expectedCalibrationError } from "./calibration.js";
import { errorCorrelations } from "./diversity.js";
import { textOf } from "./ensembleText.js";
import { fitTemperature } from "./temperature.js";

export interface EnsembleReportOptions {
  /** Of predictions in one column: 2 where they are probabilities of class 1. Default: none, they are numbers. */
  readonly classes?: number | undefined;
  /** How weights are found. Default: `convex` for numbers, else `mixtureLogLikelihood`. */
  readonly method?: WeightMethod | undefined;
  /** `[rows]`, from 0. Default: 1 for each. */
  readonly observationWeights?: TensorLike | undefined;
  /** Weights are judged on rows that did not find them, by so many folds. Default: 5. */
  readonly folds?: number | undefined;
  /** Of the folds. Default: 0. */
  readonly seed?: number | undefined;
}

const fields = {
  classes: optional(number({ min: 2, integer: true })),
  method: optional(oneOf(weightMethods)),
  observationWeights: optional(unchecked<TensorLike>("[rows] numbers")),
  folds: number({ default: 5, min: 2, integer: true }),
  seed: number({ default: 0, min: 0, integer: true }),
} satisfies FieldsOf<EnsembleReportOptions>;

/** A member of a pool, and what it is worth there. */
export interface MemberReport extends Risk {
  readonly name: string;
  /** Found on all rows. */
  readonly weight: number;
  /** Its risk less that of the weighted pool, row by row; above 0 where the pool is better. */
  readonly difference: Risk;
  /** The risk of the weighted pool without it, less that with it. NaN where it is the only one. */
  readonly without: Risk;
  /** Whether nobody would notice if it alone went: |without| is within its standard error. */
  readonly couldGo: boolean;
}

/** What pooling bought, on rows that no member had seen. */
export interface EnsembleReport {
  readonly loss: "squaredError" | "logLikelihood" | "auc";
  readonly rows: number;
  readonly members: readonly MemberReport[];
  /** Of the members' mean, and of it less the best member's. */
  readonly mean: Risk & { readonly difference: Risk };
  /** Of the weighted pool, each row by weights from other rows, and of it less the mean's. */
  readonly weighted: Risk & { readonly difference: Risk };
  /** Between members' errors, see `errorCorrelations`. */
  readonly correlations: readonly (readonly number[])[];
  /** Expected calibration error of the weighted pool, and the temperature that would mend it; not for numbers. */
  readonly calibration: { readonly error: number; readonly temperature: number } | undefined;
  /** All of it as a text to read. */
  readonly text: string;
}

/**
 * What pooling is worth: the risk of each member, of their mean and of weights, with paired differences and their standard
 * errors, which are approximate and hold the trained members fixed.
 *
 * @param z predictions on rows that no member had seen, as for `superLearnerWeights`
 * @param y `[rows]`
 * @throws ImagoError as `superLearnerWeights`, where a prediction is not finite, and on fewer rows than folds
 */
export function ensembleReport(
  z: HeldOutPredictions,
  y: TensorLike,
  options: EnsembleReportOptions = {},
): EnsembleReport {
  const {
    classes,
    observationWeights,
    folds: count,
    seed,
    ...given
  } = readOptions("ensembleReport", options, fields);
  const held = heldOutOf(z, y, observationWeights, classes === 2);
  const [bad] = held.failed;
  if (bad !== undefined) {
    throw new ImagoError(
      `ensembleReport: "${held.names[bad]}" has predictions that are not finite; leave it out.`,
    );
  }
  const method = given.method ?? (held.task === "regression" ? "convex" : "mixtureLogLikelihood");
  const random = new Generator(seed).split("ensembleReport");
  const folds = makeFolds(held.rows, { folds: count, random });
  return reportOf(held, method, folds);
}

function reportOf(held: HeldOut, method: WeightMethod, folds: readonly Fold[]): EnsembleReport {
  const loss = riskOfMethod(method);
  const { weights } = weightsOf(held, method);
  const pooled = crossFitted(held, method, folds);
  const pooledRisk = riskOf(held, pooled, loss).risk;
  const mean = meanOf(held.columns);
  const risks = held.columns.map((column) => riskOf(held, column, loss));
  const best = risks.reduce((at, { risk }, index) => (risk < (risks[at]?.risk ?? 0) ? index : at), 0);
  const members = held.columns.map((column, index): MemberReport => {
    const without = withoutMember(held, index, method, folds, pooled);
    return {
      name: held.names[index] as string,
      ...(risks[index] as Risk),
      weight: weights[index] as number,
      difference: pairedDifference(held, column, pooled, loss),
      without,
      // Without one of twins the others' weights differ by rounding alone.
      couldGo: Math.abs(without.risk) <= without.standardError + 1e-12 * pooledRisk,
    };
  });
  const report = {
    loss,
    rows: held.rows,
    members,
    mean: {
      ...riskOf(held, mean, loss),
      difference: pairedDifference(held, mean, held.columns[best] as Float64Array, loss),
    },
    weighted: { ...riskOf(held, pooled, loss), difference: pairedDifference(held, pooled, mean, loss) },
    correlations: errorCorrelations(held, loss === "squaredError" ? "squaredError" : "logLikelihood"),
    calibration:
      held.task === "regression"
        ? undefined
        : { error: expectedCalibrationError(held, pooled), temperature: fitTemperature(held, pooled) },
  };
  return { ...report, text: textOf(report) };
}

function withoutMember(
  held: HeldOut,
  index: number,
  method: WeightMethod,
  folds: readonly Fold[],
  pooled: Float64Array,
): Risk {
  if (held.columns.length === 1) return { risk: Number.NaN, standardError: Number.NaN };
  const others = <T>(values: readonly T[]): T[] => values.filter((_, other) => other !== index);
  const rest = { ...held, names: others(held.names), columns: others(held.columns) };
  return pairedDifference(held, crossFitted(rest, method, folds), pooled, riskOfMethod(method));
}

/** The pool of each row by weights that were found on the rows of other folds. */
function crossFitted(held: HeldOut, method: WeightMethod, folds: readonly Fold[]): Float64Array {
  const { classes } = held;
  const pooled = new Float64Array(held.rows * classes);
  for (const { training, validation } of folds) {
    const { weights } = weightsOf(selectRows(held, training), method);
    const part = combine(selectRows(held, validation).columns, weights, method, classes);
    putRows(part, validation, classes, pooled);
  }
  return pooled;
}

function selectRows(held: HeldOut, rows: Int32Array): HeldOut {
  const { classes } = held;
  return {
    ...held,
    rows: rows.length,
    columns: held.columns.map((column) => pickRows(column, rows, classes)),
    targets: pickRows(held.targets, rows, classes),
    weights: pickRows(held.weights, rows),
  };
}

function meanOf(columns: readonly Float64Array[]): Float64Array {
  const [first] = columns as readonly [Float64Array];
  return first.map(
    (_, i) => columns.reduce((sum, column) => sum + (column[i] as number), 0) / columns.length,
  );
}
