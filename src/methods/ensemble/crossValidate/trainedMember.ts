import type { Model } from "../../../nn/models/model.js";
import type { Logs } from "../../../nn/training/logs.js";

/** One of several networks, trained on some rows and tried on others. */
export interface TrainedMember {
  /** Rows that it learnt from; in a bag some come more than once. */
  readonly training: Int32Array;
  /** Rows that it did not see, in rising order. */
  readonly heldOut: Int32Array;
  readonly seed: number;
  /** Nothing where it failed. */
  readonly model: Model | undefined;
  /** Loss and metrics on the rows that it did not see; nothing where it failed, or had seen all. */
  readonly figures: Logs | undefined;
  /** Each figure at the end of each epoch. */
  readonly history: Readonly<Record<string, readonly number[]>> | undefined;
  /** Why it was left out. */
  readonly failure: string | undefined;
}
