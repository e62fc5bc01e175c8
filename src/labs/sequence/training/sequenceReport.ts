import { isRecord } from "../../../engine/files/parseJson.js";
import { accepting, list } from "../../../engine/options.js";
import type { JudgedSample } from "./sequenceTask.js";

/** What a network knows of items that it has not learnt. */
export interface HeldOutItems {
  /** Nats an item: the mean of what its positions cost together. */
  readonly perItem: number;
  /** Nats a position. */
  readonly perPosition: number;
  /** Items that it was measured on. */
  readonly items: number;
}

/** What is known after so many steps. */
export interface SequenceReport {
  /** Finished batches, from 1. */
  readonly step: number;
  readonly steps: number;
  /** Mean of the batches since the last report, in nats a position. */
  readonly loss: number;
  readonly heldOut: HeldOutItems | undefined;
  /** Whether nothing before knew as much of the held-out items. */
  readonly isBest: boolean;
  readonly samples: readonly JudgedSample[];
}

/** What is remembered of a report. */
export interface SequenceFigures {
  readonly step: number;
  readonly loss: number;
  /** Nats a held-out item; `null` where nothing was held out. */
  readonly heldOut: number | null;
  /** The report was cut short by a signal, and comes first where training goes on. */
  readonly pending?: true;
}

const isFigure = (value: unknown): boolean => value === null || typeof value === "number";

/** How {@link SequenceFigures} are read, which may come from a file. */
export const figuresField = list(
  accepting(
    "a report's { step, loss, heldOut }",
    (value): value is SequenceFigures =>
      isRecord(value) && isFigure(value.step) && isFigure(value.loss) && isFigure(value.heldOut),
  ),
  "an array of reports' figures",
);
