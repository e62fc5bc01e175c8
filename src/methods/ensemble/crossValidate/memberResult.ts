import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { Logs } from "../../../nn/training/logs.js";

/** What is left of a member's training. */
export interface MemberResult {
  /** Every variable by its path. */
  readonly weights: Readonly<Record<string, Tensor>>;
  /** Of the rows that it had not seen, by output, `[rows, …]` each; none where it had seen all. */
  readonly predictions: Readonly<Record<string, Tensor>>;
  /** Loss and metrics on these rows. */
  readonly figures: Logs;
  /** Each figure at the end of each epoch. */
  readonly history: Readonly<Record<string, readonly number[]>>;
}
