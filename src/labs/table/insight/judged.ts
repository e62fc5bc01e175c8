import { clusterNumbers, type HeldOut } from "../../../methods/ensemble/heldOut.js";
import { type RowLoss, rowLosses } from "../../../methods/ensemble/losses.js";
import { type Risk, riskOf } from "../../../methods/ensemble/risk.js";

/** Targets in the form in which predictions are judged, and what brings predictions into it. */
export interface Judged {
  readonly held: HeldOut;
  readonly loss: "squaredError" | "logLikelihood";
  /** Predictions as `held` takes them: of two classes the probability of class 1 alone. */
  form(predictions: Float64Array): Float64Array;
}

/**
 * @param y `[rows]`: numbers, or classes from 0
 * @param classes how many there are. Default: none, y holds numbers.
 * @param weights `[rows]`. Default: 1 for each.
 * @param groups `[rows]`: rows of one number are one cluster. Default: each row by itself.
 */
export function judged(
  y: Float64Array,
  classes: number | undefined,
  weights?: Float64Array,
  groups?: ArrayLike<number>,
): Judged {
  const several = classes !== undefined && classes > 2;
  const held: HeldOut = {
    names: [],
    columns: [],
    failed: [],
    task: classes === undefined ? "regression" : several ? "classes" : "binary",
    rows: y.length,
    classes: several ? classes : 1,
    targets: several ? oneHot(y, classes) : y,
    weights: weights ?? new Float64Array(y.length).fill(1),
    clusters: groups && clusterNumbers(groups, y.length),
  };
  return {
    held,
    loss: classes === undefined ? "squaredError" : "logLikelihood",
    form: (predictions) => (classes === 2 ? everySecond(predictions) : predictions),
  };
}

/**
 * Each row's loss: its squared error, or −log of the probability of its class, which is kept above 0.001 as everywhere here.
 *
 * @param predictions `[rows]`, or `[rows, classes]`
 * @returns `[rows]`
 */
export function lossOfRows(
  predictions: Float64Array,
  y: Float64Array,
  classes: number | undefined,
): Float64Array {
  const { held, loss, form } = judged(y, classes);
  return rowLosses(held, form(predictions), loss);
}

const asItIs: RowLoss = { name: "mean", value: (_, value) => value, slope: () => 1 };

/** A weighted mean over rows and its standard error, by groups where there are some. Of one row the error is NaN. */
export function meanOf(values: Float64Array, weights?: Float64Array, groups?: ArrayLike<number>): Risk {
  return riskOf(judged(values, undefined, weights, groups).held, values, asItIs, "normalised");
}

function oneHot(y: Float64Array, classes: number): Float64Array {
  const targets = new Float64Array(y.length * classes);
  y.forEach((label, row) => {
    targets[row * classes + label] = 1;
  });
  return targets;
}

function everySecond(pairs: Float64Array): Float64Array {
  return Float64Array.from({ length: pairs.length / 2 }, (_, row) => pairs[2 * row + 1] as number);
}
