import type { TrainingPosition } from "./position.js";

/** What `fit` did. */
export interface History {
  /** The finished epochs, from 0. */
  readonly epochs: readonly number[];
  /** Each figure at the end of each finished epoch. */
  readonly history: Readonly<Record<string, readonly number[]>>;
  /** Why training ended early; absent when it ran to its end. */
  readonly stopped?: string | undefined;
  /** In how many parts the batches were computed. Absent where none was. */
  readonly parts?: number | undefined;
  /** Why the last batch was computed whole, where it was to be in parts. */
  readonly whole?: string | undefined;
  /** Where training ended, to save with the model or to give to `fit` as `resume`. */
  readonly position: TrainingPosition;
}
