import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { cast } from "../../engine/ops/cast.js";
import { less } from "../../engine/ops/less.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { reshape } from "../../engine/ops/reshape.js";
import { flag, number, readOptions, text } from "../../engine/options.js";
import { checkData, checkRows } from "./checkData.js";
import { constantOf } from "./constantOf.js";
import type { Fitted, Learner } from "./learner.js";
import { learntNumbers } from "./savedNumbers.js";
import { weightedMean } from "./standardize.js";

export interface MeanState {
  readonly kind: "constant";
  readonly columns: number;
  /** One number, or the shares of classes. */
  readonly values: readonly number[];
  readonly classes: boolean;
  readonly [key: string]: string | number | boolean | readonly number[];
}

/**
 * The mean of y, Σ w y / Σ w, or the classes' shares, whatever x is: what every other learner has to beat. Missing
 * numbers do no harm.
 */
export function mean(options: Readonly<Record<never, never>> = {}): Learner {
  readOptions("mean", options, {});
  return {
    name: "mean",
    config: {},
    portable: true,
    fit: (given) => {
      const { x, y, weights, classes } = checkData("mean", given, { missing: true });
      const share = (k: number): number =>
        weightedMean(
          y.map((one) => (one === k ? 1 : 0)),
          weights,
        );
      const values =
        classes === undefined
          ? [weightedMean(y, weights)]
          : Array.from({ length: classes }, (_, k) => share(k));
      return meanFitted({ kind: "constant", columns: x.columns, values, classes: classes !== undefined });
    },
  };
}

const savedFields = {
  kind: text(),
  columns: number({ min: 0, integer: true }),
  values: learntNumbers,
  classes: flag(false),
};

/** @throws {ImagoError} if a part is not what was saved */
export function restoreMean(state: MeanState): Fitted {
  const { values } = readOptions("mean", state, savedFields);
  if (values.length === 0) throw new ImagoError("mean: the saved values are none.");
  return meanFitted(state);
}

/** What {@link mean} learnt. */
export function meanFitted(state: MeanState): Fitted {
  const { values, columns, classes } = state;
  return {
    state,
    predict: (x) => {
      checkRows("mean", x, columns, { missing: true });
      const result = new Float64Array(x.rows * values.length);
      for (let i = 0; i < result.length; i++) result[i] = values[i % values.length]!;
      return result;
    },
    emit: (x: Value) => {
      // A 0 for each row, whatever stands in x: no number is less than itself, and NaN is less than none.
      const zero = reduceSum(cast(less(x, x), x.dtype), { axes: [1], keepDims: true });
      const all = add(zero, constantOf(x, [values.length], values));
      return classes ? all : reshape(all, [-1]);
    },
  };
}
