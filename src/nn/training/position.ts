import type { TotalsState } from "./logs.js";

/** Where a training run stands, and all that its loop needs to go on from there. */
export interface TrainingPosition {
  /** The epoch to go on in, from 0. */
  readonly epoch: number;
  /** Finished batches of that epoch. */
  readonly step: number;
  /** What each callback wants to remember, in their order. */
  readonly callbacks?: readonly SavedCallback[] | undefined;
  /** The figures of the epoch so far. Absent between epochs. */
  readonly totals?: TotalsState | undefined;
}

/** What a callback wants to remember. */
export interface SavedCallback {
  readonly name: string;
  /** Numbers, texts, flags, `null`, tensors, and lists and records of them. */
  readonly state: unknown;
}
