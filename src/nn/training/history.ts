import type { TrainingPosition } from "./position.js";

/** What `fit` did. */
export interface History {
  /** The finished epochs, from 0. */
  readonly epochs: readonly number[];
  /** Each figure at the end of each finished epoch. */
  readonly history: Readonly<Record<string, readonly number[]>>;
  /** Why training ended early; absent when it ran to its end. */
  readonly stopped?: string | undefined;
  /** Where training ended, to save with the model or to give to `fit` as `resume`. */
  readonly position: TrainingPosition;
}
