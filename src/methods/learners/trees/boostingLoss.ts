import type { CheckedData } from "../checkData.js";
import { type Link, softmaxInPlace } from "../links.js";
import { weightedMean } from "../standardize.js";
import type { Targets } from "./growLeafWise.js";

/** A loss as boosting follows it: one tree for each output and round. */
export interface BoostingLoss {
  readonly link: Link;
  /** What is best without any column, [outputs]. */
  readonly baseline: readonly number[];
  /**
   * What the next round's trees are to explain: minus the first derivatives, and the second ones, for every row.
   *
   * @param raw one array of [rows] for each output
   * @returns the same arrays at each call, written over
   */
  targets(raw: readonly Float64Array[]): readonly Targets[];
  /** The mean over some rows. */
  loss(raw: readonly Float64Array[], rows: Int32Array): number;
}

/** Half squares for numbers, the logistic loss for two classes, that of softmax for more. */
export function boostingLoss(data: CheckedData): BoostingLoss {
  if (data.classes === undefined) return squares(data);
  return data.classes === 2 ? logistic(data) : multinomial(data, data.classes);
}

function squares({ y, weights }: CheckedData): BoostingLoss {
  const targets = new Float64Array(y.length);
  return {
    link: "number",
    baseline: [weightedMean(y, weights)],
    targets: ([raw]) => {
      for (let i = 0; i < y.length; i++)
        targets[i] = (y[i]! - raw![i]!) * (weights === undefined ? 1 : weights[i]!);
      return [{ targets, weights }];
    },
    loss: ([raw], rows) => mean(rows, weights, (i) => (y[i]! - raw![i]!) ** 2 / 2),
  };
}

/** Log odds and logarithms stay finite where a class does not occur. */
const least = 1e-15;

function logistic({ y, weights }: CheckedData): BoostingLoss {
  const targets = new Float64Array(y.length);
  const curvature = new Float64Array(y.length);
  const share = Math.min(Math.max(weightedMean(y, weights), least), 1 - least);
  return {
    link: "logit",
    baseline: [Math.log(share / (1 - share))],
    targets: ([raw]) => {
      for (let i = 0; i < y.length; i++) {
        const p = 1 / (1 + Math.exp(-raw![i]!));
        const weight = weights === undefined ? 1 : weights[i]!;
        targets[i] = weight * (y[i]! - p);
        curvature[i] = weight * p * (1 - p);
      }
      return [{ targets, weights: curvature }];
    },
    loss: ([raw], rows) =>
      mean(
        rows,
        weights,
        (i) => Math.log1p(Math.exp(-Math.abs(raw![i]!))) + Math.max(raw![i]!, 0) - y[i]! * raw![i]!,
      ),
  };
}

function multinomial({ y, weights }: CheckedData, classes: number): BoostingLoss {
  const own = (k: number): Float64Array => y.map((one) => (one === k ? 1 : 0));
  const shares = Array.from({ length: classes }, (_, k) => Math.max(weightedMean(own(k), weights), least));
  const all = Array.from({ length: classes }, () => ({
    targets: new Float64Array(y.length),
    weights: new Float64Array(y.length),
  }));
  const p = new Float64Array(classes);
  const probabilities = (raw: readonly Float64Array[], i: number): void => {
    for (let k = 0; k < classes; k++) p[k] = raw[k]![i]!;
    softmaxInPlace(p);
  };
  return {
    link: "softmax",
    baseline: shares.map(Math.log),
    targets: (raw) => {
      for (let i = 0; i < y.length; i++) {
        probabilities(raw, i);
        const weight = weights === undefined ? 1 : weights[i]!;
        for (let k = 0; k < classes; k++) {
          all[k]!.targets[i] = weight * ((y[i] === k ? 1 : 0) - p[k]!);
          all[k]!.weights[i] = weight * p[k]! * (1 - p[k]!);
        }
      }
      return all;
    },
    loss: (raw, rows) =>
      mean(rows, weights, (i) => {
        probabilities(raw, i);
        return -Math.log(Math.max(p[y[i]!]!, least));
      }),
  };
}

function mean(rows: Int32Array, weights: Float64Array | undefined, of: (i: number) => number): number {
  let sum = 0;
  let total = 0;
  for (const i of rows) {
    const weight = weights === undefined ? 1 : weights[i]!;
    sum += weight * of(i);
    total += weight;
  }
  return sum / total;
}
