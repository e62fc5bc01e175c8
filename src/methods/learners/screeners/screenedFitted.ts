import { gather } from "../../../engine/ops/gather.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Fitted, SavedFitted } from "../learner.js";

export interface ScreenedState {
  readonly kind: "screened";
  /** Numbers of the columns that were kept, from 0, rising. */
  readonly columns: readonly number[];
  /** What was learnt from them. */
  readonly learnt: SavedFitted;
  readonly [key: string]: SavedFitted[string];
}

/**
 * What was learnt from some of the columns, to predict from all.
 *
 * @param columns numbers of those that were kept, from 0, rising
 */
export function screenedFitted(fitted: Fitted, columns: readonly number[]): Fitted {
  const kept = Int32Array.from(columns);
  const { emit } = fitted;
  const indices = (): Tensor => new Tensor("int64", [kept.length], BigInt64Array.from(kept, BigInt));
  return {
    predict: (x) => fitted.predict(x.select({ columns: kept })),
    ...(emit === undefined ? {} : { emit: (x) => emit.call(fitted, gather(x, indices(), { axis: 1 })) }),
    state: { kind: "screened", columns: [...columns], learnt: fitted.state } satisfies ScreenedState,
  };
}
