import { ImagoError } from "../../../engine/errors.js";
import {
  type FieldsOf,
  number,
  oneOf,
  optional,
  readOptions,
  seed,
  unchecked,
} from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { TensorLike } from "../../../engine/tensor/tensor.js";
import { type Fold, makeFolds } from "../folds/folds.js";
import { type HeldOut, type HeldOutPredictions, heldOutOf } from "../heldOut.js";
import { pairedDifference, type Risk, riskOf } from "../risk.js";
import { riskOfMethod, weightsOf } from "../superLearnerWeights.js";
import { type WeightMethod, weightMethods } from "../weights/methods.js";
import { crossCalibrated, type PoolCalibration } from "./crossCalibrate.js";
import { crossFitted } from "./crossFit.js";
import {
  ambiguityOf,
  errorCorrelations,
  type MistakePairs,
  mistakePairs,
  type PairTable,
} from "./diversity.js";
import { textOf } from "./ensembleText.js";
import { heatMap } from "./heatMap.js";

export interface EnsembleReportOptions {
  /** Of predictions in one column: 2 where they are probabilities of class 1. Default: none, they are numbers. */
  readonly classes?: number | undefined;
  /** How weights are found. Default: `convex` for numbers, else `mixtureLogLikelihood`. */
  readonly method?: WeightMethod | undefined;
  /** `[rows]`, from 0. Default: 1 for each. */
  readonly observationWeights?: TensorLike | undefined;
  /**
   * `[rows]`: rows of one id are one cluster, which stays in one fold, and by which standard errors are found. Default: each
   * row by itself.
   */
  readonly ids?: ArrayLike<number | string> | undefined;
  /** Numbers of the rows that count, as `crossValidate` and `bagging` give them. Default: all. */
  readonly rows?: ArrayLike<number> | undefined;
  /** Weights are judged on rows that did not find them, by so many folds. Default: 5. */
  readonly folds?: number | undefined;
  /** Of the folds. Default: 0. */
  readonly seed?: number | undefined;
}

const fields = {
  classes: optional(number({ min: 2, integer: true })),
  method: optional(oneOf(weightMethods)),
  observationWeights: optional(unchecked<TensorLike>("[rows] numbers")),
  ids: optional(unchecked<ArrayLike<number | string>>("an id for each row")),
  rows: optional(unchecked<ArrayLike<number>>("numbers of rows")),
  folds: number({ default: 5, min: 2, integer: true }),
  seed: seed(),
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

/** What pooling bought, on rows that no member had seen. Risks are means by the rows' weights. */
export interface EnsembleReport {
  readonly loss: "squaredError" | "logLikelihood" | "auc";
  readonly rows: number;
  readonly members: readonly MemberReport[];
  /** Of the members' mean, and of it less the best member's. */
  readonly mean: Risk & { readonly difference: Risk };
  /** Of the weighted pool, each row by weights from other rows, and of it less the mean's. */
  readonly weighted: Risk & { readonly difference: Risk };
  /**
   * By so much the mean's squared error is less than the mean of the members': how far they are from their mean (Krogh and
   * Vedelsby 1995). `undefined` for other losses.
   */
  readonly ambiguity: number | undefined;
  /** Between members' errors, see `errorCorrelations`. */
  readonly correlations: PairTable;
  /** How their mistakes go together; not for numbers. */
  readonly mistakes: MistakePairs | undefined;
  /** Of the weighted pool, and what a temperature does about it; not for numbers. */
  readonly calibration: PoolCalibration | undefined;
  /** All of it as a text to read. */
  readonly text: string;
  /** The correlations as a picture: an SVG of its own. */
  readonly picture: string;
}

/**
 * What pooling is worth: the risk of each member, of their mean and of weights, with paired differences and their standard
 * errors, which are approximate and hold the trained members fixed.
 *
 * @param z predictions on rows that no member had seen, as for `superLearnerWeights`
 * @param y `[rows]`
 * @throws ImagoError as `superLearnerWeights`, where a prediction is not finite, and on fewer rows, or clusters, than folds
 */
export function ensembleReport(
  z: HeldOutPredictions,
  y: TensorLike,
  options: EnsembleReportOptions = {},
): EnsembleReport {
  const {
    classes,
    observationWeights,
    ids,
    rows,
    folds: count,
    seed,
    ...given
  } = readOptions("ensembleReport", options, fields);
  const held = heldOutOf(z, y, observationWeights, classes === 2, { ids, rows });
  const [bad] = held.failed;
  if (bad !== undefined) {
    throw new ImagoError(
      `ensembleReport: "${held.names[bad]}" has predictions that are not finite; leave it out.`,
      { help: "Where only some rows have predictions, say which: rows." },
    );
  }
  const method = given.method ?? (held.task === "regression" ? "convex" : "mixtureLogLikelihood");
  const random = new Generator(seed).split("ensembleReport");
  const folds = makeFolds(held.rows, { folds: count, ids: held.clusters, random });
  return reportOf(held, method, folds, random.split("calibration"));
}

function reportOf(
  held: HeldOut,
  method: WeightMethod,
  folds: readonly Fold[],
  random: Generator,
): EnsembleReport {
  const loss = riskOfMethod(method);
  const pooled = crossFitted(held, method, folds);
  const mean = meanOf(held.columns);
  const risks = held.columns.map((column) => riskOf(held, column, loss, "normalised"));
  const best = risks.reduce((at, { risk }, index) => (risk < (risks[at]?.risk ?? 0) ? index : at), 0);
  const than = (a: Float64Array, b: Float64Array): Risk => pairedDifference(held, a, b, loss, "normalised");
  const classes = held.task !== "regression";
  const correlations = errorCorrelations(held, loss === "auc" ? "logLikelihood" : loss);
  const report = {
    loss,
    rows: held.rows,
    members: membersOf(held, method, folds, pooled, risks),
    mean: {
      ...riskOf(held, mean, loss, "normalised"),
      difference: than(mean, held.columns[best] as Float64Array),
    },
    weighted: { ...riskOf(held, pooled, loss, "normalised"), difference: than(pooled, mean) },
    ambiguity: loss === "squaredError" ? ambiguityOf(held, mean) : undefined,
    correlations,
    mistakes: classes ? mistakePairs(held) : undefined,
    calibration: classes ? crossCalibrated(held, method, folds, pooled, random) : undefined,
  };
  const picture = heatMap({ title: "Correlation of errors", names: held.names, values: correlations });
  return { ...report, text: textOf(report), picture };
}

function membersOf(
  held: HeldOut,
  method: WeightMethod,
  folds: readonly Fold[],
  pooled: Float64Array,
  risks: readonly Risk[],
): MemberReport[] {
  const loss = riskOfMethod(method);
  const { weights } = weightsOf(held, method);
  const pooledRisk = riskOf(held, pooled, loss, "normalised").risk;
  return held.columns.map((column, index) => {
    const without = withoutMember(held, index, method, folds, pooled);
    return {
      name: held.names[index] as string,
      ...(risks[index] as Risk),
      weight: weights[index] as number,
      difference: pairedDifference(held, column, pooled, loss, "normalised"),
      without,
      // Without one of twins the others' weights differ by rounding alone.
      couldGo: Math.abs(without.risk) <= without.standardError + 1e-12 * pooledRisk,
    };
  });
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
  const apart = crossFitted(rest, method, folds);
  return pairedDifference(held, apart, pooled, riskOfMethod(method), "normalised");
}

function meanOf(columns: readonly Float64Array[]): Float64Array {
  const [first] = columns as readonly [Float64Array];
  return first.map(
    (_, i) => columns.reduce((sum, column) => sum + (column[i] as number), 0) / columns.length,
  );
}
