import { callable, type Field, type FieldsOf, optional, readOptions, refusal } from "../../engine/options.js";
import type { Batch } from "../data/batch.js";
import type { Logs } from "./logs.js";
import type { PastEpochs, TrainingPosition } from "./position.js";
import type { TrainableNetwork } from "./trainableNetwork.js";
import type { Trainer } from "./trainer.js";

/** What callbacks can see and do while `fit` runs. */
export interface FitContext {
  readonly model: TrainableNetwork;
  readonly trainer: Trainer;
  /** Where training ends, counted like `epoch` from 0. */
  readonly epochs: number;
  /** Batches in an epoch; `undefined` for a stream of unknown length, until its first epoch is over. */
  readonly steps: number | undefined;
  /** The epoch now, from 0. */
  readonly epoch: number;
  /** Finished batches of this epoch. At the begin of an epoch more than 0 where an earlier run stood inside it. */
  readonly step: number;
  /** Whether there are validation data. */
  readonly validates: boolean;
  /** Why training ends, once something has ended it. */
  readonly stopped: string | undefined;
  /** Ends training after the batch, or epoch, that is under way. */
  stop(reason: string): void;
  /** The training data once more, in the order of the first epoch. */
  batches(): Iterable<Batch> | AsyncIterable<Batch>;
  /** What the history holds until now. */
  readonly past: PastEpochs;
  /** Where training stands now, for a checkpoint. Complete in `onSettled` only. */
  position(): TrainingPosition;
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

/** What is over: a batch, an epoch, or the whole run before its end (behind the batch or epoch that it stopped in). */
export type Moment = "batch" | "epoch" | "stop";

/** Something that follows training. Every method may be left out; promises are waited for. */
export interface Callback {
  /** As errors name it. */
  readonly name: string;
  /**
   * Where training is to go on, for callbacks that bring the network there themselves. Asked before all else, where `fit` was not
   * told where to begin; the first answer counts.
   */
  resumeFrom?(context: FitContext): TrainingPosition | undefined | Promise<TrainingPosition | undefined>;
  onTrainBegin?(context: FitContext): void | Promise<void>;
  onEpochBegin?(context: FitContext): void | Promise<void>;
  onBatchEnd?(event: BatchEvent, context: FitContext): void | Promise<void>;
  /** `logs` holds the training figures and, behind `val_`, the validation figures. */
  onEpochEnd?(logs: Logs, context: FitContext): void | Promise<void>;
  /** Called when every callback has heard of what is over: the moment at which training can be saved. */
  onSettled?(moment: Moment, context: FitContext): void | Promise<void>;
  /** Called also when training was stopped or failed. */
  onTrainEnd?(context: FitContext): void | Promise<void>;
  /**
   * What a checkpoint must hold so that the callback goes on as if training had not been interrupted: numbers,
   * texts, flags, `null`, tensors, and lists and records of them.
   */
  state?(): unknown;
  /** Takes back what `state` gave. Called after `onTrainBegin`. */
  restore?(state: unknown, context: FitContext): void;
}

const method = <K extends keyof Callback>() => optional(callable<NonNullable<Callback[K]> & Method>());

type Method = (...args: never) => unknown;

/** What a callback may have besides its name. */
export const callbackMethods = {
  resumeFrom: method<"resumeFrom">(),
  onTrainBegin: method<"onTrainBegin">(),
  onEpochBegin: method<"onEpochBegin">(),
  onBatchEnd: method<"onBatchEnd">(),
  onEpochEnd: method<"onEpochEnd">(),
  onSettled: method<"onSettled">(),
  onTrainEnd: method<"onTrainEnd">(),
  state: method<"state">(),
  restore: method<"restore">(),
} satisfies FieldsOf<Omit<Callback, "name">>;

const expected = "an object with a name and methods such as onEpochEnd";

/** One of `fit`'s callbacks. A method `on…` that no callback has is refused: a typo there would pass silently. */
export const callbackField: Field<Callback> = {
  expected,
  read: (where, name, value) => {
    if (!isNamed(value)) throw refusal(where, name, expected, value);
    const events = methodNames(value).filter((key) => /^on[A-Z]/.test(key));
    const given = Object.fromEntries(events.map((key) => [key, Reflect.get(value, key)]));
    readOptions(`callback "${value.name}"`, given, callbackMethods);
    return value;
  },
};

function isNamed(value: unknown): value is Callback {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
}

/** The names of an object's methods, its classes' included. */
function methodNames(object: object): string[] {
  const names: string[] = [];
  for (let at: unknown = object; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    names.push(...Object.getOwnPropertyNames(at));
  }
  return names;
}
