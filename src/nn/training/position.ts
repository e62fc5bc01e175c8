import { accepting, optional } from "../../engine/options.js";
import type { TotalsState } from "./logs.js";

/** Where a training run stands, and all that its loop needs to go on from there. */
export interface TrainingPosition {
  /** The epoch to go on in, from 0. */
  readonly epoch: number;
  /** Finished batches of that epoch. */
  readonly step: number;
  /** How the data of an epoch that is under way are read: one that is gone on with must read them so. */
  readonly reading?: Reading | undefined;
  /** What each callback wants to remember, in their order. */
  readonly callbacks?: readonly SavedCallback[] | undefined;
  /** The figures of the epoch so far. Absent between epochs. */
  readonly totals?: TotalsState | undefined;
  /** Epochs that are over, for a history that is to hold them too. Default: it holds those from here on. */
  readonly past?: PastEpochs | undefined;
}

/** Finished epochs and their figures. */
export interface PastEpochs {
  readonly epochs: readonly number[];
  readonly history: Readonly<Record<string, readonly number[]>>;
}

/** How data in memory are read. */
export interface Reading {
  readonly batchSize: number;
  readonly samples: number;
  /** Where an epoch was cut, or goes beyond the data. */
  readonly stepsPerEpoch?: number | undefined;
  /** Whether each epoch has an order of its own. */
  readonly shuffle?: boolean | undefined;
  /** What the orders are drawn from. */
  readonly seed?: number | undefined;
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
