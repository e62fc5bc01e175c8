import { accepting, optional } from "../../engine/options.js";
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

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** How a position is read where it is an option. What lies deeper is checked by those who take it back. */
export const positionField = optional(
  accepting(
    "the training of loadModel or the position of a history: { epoch, step, … }",
    (value): value is TrainingPosition =>
      typeof value === "object" &&
      value !== null &&
      "epoch" in value &&
      "step" in value &&
      isCount(value.epoch) &&
      isCount(value.step),
  ),
);
