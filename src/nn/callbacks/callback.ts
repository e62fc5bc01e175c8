import type { Model } from "../models/model.js";
import type { Logs } from "../training/logs.js";
import type { Batch, Trainer } from "../training/trainer.js";

/** What callbacks can see and do while `fit` runs. */
export interface FitContext {
  readonly model: Model;
  readonly trainer: Trainer;
  /** Where training ends, counted like `epoch` from 0. */
  readonly epochs: number;
  /** Batches in an epoch; `undefined` for a stream of unknown length, until its first epoch is over. */
  readonly steps: number | undefined;
  /** The epoch now, from 0. */
  readonly epoch: number;
  /** Finished batches of this epoch. */
  readonly step: number;
  /** Ends training after the batch, or epoch, that is under way. */
  stop(reason: string): void;
}

/** What a batch was and measured. */
export interface BatchEvent {
  /** Finished batches of this epoch, this one included. */
  readonly step: number;
  readonly batch: Batch;
  /** Figures of the epoch so far. */
  readonly logs: Logs;
  /** The total loss of this batch alone. */
  readonly loss: number;
}

/** Something that follows training. Every method may be left out; promises are waited for. */
export interface Callback {
  /** As errors name it. */
  readonly name: string;
  onTrainBegin?(context: FitContext): void | Promise<void>;
  onEpochBegin?(context: FitContext): void | Promise<void>;
  onBatchEnd?(event: BatchEvent, context: FitContext): void | Promise<void>;
  /** `logs` holds the training figures and, behind `val_`, the validation figures. */
  onEpochEnd?(logs: Logs, context: FitContext): void | Promise<void>;
  /** Called also when training was stopped or failed. */
  onTrainEnd?(context: FitContext): void | Promise<void>;
  /** What a checkpoint must hold so that the callback goes on as if training had not been interrupted. */
  state?(): unknown;
  /** Takes back what `state` gave. */
  restore?(state: unknown): void;
}

/** The methods that a callback may have. */
export const callbackMethods: readonly (keyof Callback)[] = [
  "name",
  "onTrainBegin",
  "onEpochBegin",
  "onBatchEnd",
  "onEpochEnd",
  "onTrainEnd",
  "state",
  "restore",
];
