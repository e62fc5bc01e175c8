import type { Value } from "../../../engine/graph/graph.js";
import { concat } from "../../../engine/ops/concat.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { slice } from "../../../engine/ops/slice.js";
import { sub } from "../../../engine/ops/sub.js";
import { combine } from "../../../methods/ensemble/combine.js";
import { emitPool } from "../../../methods/ensemble/superLearner/emitPool.js";
import { oneColumn, poolWidth } from "../../../methods/ensemble/superLearner/oneColumn.js";
import type { WeightMethod } from "../../../methods/ensemble/weights/methods.js";
import type { Fitted, SavedFitted } from "../../../methods/learners/learner.js";
import type { Matrix } from "../../../methods/learners/matrix.js";
import { restorePrepared } from "../prepare/preparedFitted.js";
import type { TablePredictor } from "../table.js";

/** A learner of the pool, and what it learnt. */
export interface PoolMember {
  readonly name: string;
  /** Above 0. */
  readonly weight: number;
  readonly state: SavedFitted;
}

/** Learners with weights, as one that predicts. */
export interface PoolPredictor extends TablePredictor {
  /**
   * The same as operators.
   *
   * @param x float64 `[rows, columns]` of the table
   * @returns `[rows, 1]` for numbers; `[rows, classes]` of probabilities
   */
  emit(x: Value): Value;
}

/**
 * @param classes how many; 1 for numbers
 * @throws ImagoError on a state that is none of a prepared learner
 */
export function poolPredictor(
  members: readonly PoolMember[],
  method: WeightMethod,
  classes: number,
): PoolPredictor {
  const fitted = members.map(({ state }) => restorePrepared(state));
  const weights = members.map(({ weight }) => weight);
  const width = poolWidth(classes);
  return {
    async predict(x: Matrix) {
      const columns: Float64Array[] = [];
      for (const one of fitted) columns.push(oneColumn(await one.predict(x), classes));
      const pooled = combine(columns, weights, method, width);
      return classes === 2 ? bothShares(pooled) : pooled;
    },
    emit(x: Value) {
      const columns = fitted.map((one) => emitColumns(one, x, classes));
      const pooled = emitPool(columns, weights, method);
      return classes === 2 ? concat([sub(1, pooled), pooled], { axis: 1 }) : pooled;
    },
  };
}

/** Of two classes the second alone; of numbers a column. */
function emitColumns(fitted: Fitted, x: Value, classes: number): Value {
  const given = (fitted.emit as (x: Value) => Value)(x);
  if (classes === 2) return slice(given, { starts: [1], ends: [2], axes: [1] });
  return classes === 1 ? reshape(given, [x.size(0), 1]) : given;
}

/** Probabilities of both classes, `[rows, 2]`, from those of the second. */
export function bothShares(second: Float64Array): Float64Array {
  const both = new Float64Array(second.length * 2);
  second.forEach((share, row) => {
    both[2 * row] = 1 - share;
    both[2 * row + 1] = share;
  });
  return both;
}
