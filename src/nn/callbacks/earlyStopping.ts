import {
  type FieldsOf,
  flag,
  number,
  optional,
  type ReadOf,
  readOptions,
  text,
} from "../../engine/options.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { Network } from "../network/network.js";
import type { Callback, FitContext } from "../training/callback.js";
import type { Logs } from "../training/logs.js";
import { type Judge, judgeOf, type MonitorMode, monitored, monitorFields } from "./monitor.js";
import { checkOfModel, figure, readRemembered, tensors } from "./remembered.js";

export interface EarlyStoppingOptions {
  /** The figure to go by. Default: "val_loss". */
  readonly monitor?: string | undefined;
  /** A change of this much or less is no improvement. Default: 0. */
  readonly minDelta?: number | undefined;
  /** Epochs without improvement after which training stops. Default: 0. */
  readonly patience?: number | undefined;
  /** Default: "auto", by the metric behind the figure, else by its name. */
  readonly mode?: MonitorMode | undefined;
  /** A figure that must be beaten within `patience` epochs. Default: none. */
  readonly baseline?: number | undefined;
  /** Whether the model ends with the weights of its best epoch. Default: false. */
  readonly restoreBestWeights?: boolean | undefined;
  /** Epochs before this one, from 0, are not looked at. Default: 0. */
  readonly startFromEpoch?: number | undefined;
}

const fields = {
  ...monitorFields,
  minDelta: number({ default: 0 }),
  patience: number({ default: 0, min: 0, integer: true }),
  baseline: optional(number()),
  restoreBestWeights: flag(false),
  startFromEpoch: number({ default: 0, min: 0, integer: true }),
} satisfies FieldsOf<EarlyStoppingOptions>;

interface State {
  readonly wait: number;
  readonly best: number | null;
  readonly bestEpoch: number;
  readonly bestWeights: readonly Tensor[] | null;
  readonly stopped: string | null;
}

const count = number({ min: 0, integer: true });

const stateFields = {
  wait: count,
  best: optional(figure),
  bestEpoch: count,
  bestWeights: optional(tensors),
  stopped: optional(text()),
} satisfies FieldsOf<State>;

class EarlyStopping implements Callback {
  readonly name = "earlyStopping";
  readonly #options: ReadOf<typeof fields>;
  /** From the begin of training on, when the metrics are known. */
  #judge!: Judge;
  #wait = 0;
  #best: number | undefined;
  #bestEpoch = 0;
  #bestWeights: readonly Tensor[] | undefined;
  #stopped: string | undefined;

  constructor(options: EarlyStoppingOptions) {
    this.#options = readOptions(this.name, options, fields);
  }

  onTrainBegin(context: FitContext): void {
    this.#judge = judgeOf(this.name, this.#options, context);
    this.#wait = 0;
    this.#best = undefined;
    this.#bestEpoch = 0;
    this.#bestWeights = undefined;
    this.#stopped = undefined;
  }

  onEpochEnd(logs: Logs, context: FitContext): void {
    const { monitor, patience, baseline, restoreBestWeights, startFromEpoch } = this.#options;
    const value = monitored(this.name, monitor, logs, context);
    const { epoch, model } = context;
    if (value === undefined || epoch < startFromEpoch) return;
    // Whatever comes, there is an epoch to go back to.
    if (restoreBestWeights && this.#bestWeights === undefined) this.#keep(model, epoch);
    this.#wait++;
    if (this.#judge.improves(value, this.#best)) {
      this.#best = value;
      this.#keep(model, epoch);
      if (baseline === undefined || this.#judge.improves(value, baseline)) this.#wait = 0;
      return;
    }
    if (this.#wait < patience || epoch === 0) return;
    this.#stopped =
      this.#best === undefined
        ? `earlyStopping: ${monitor} was never a finite number`
        : `earlyStopping: ${monitor} was best, ${this.#best}, in epoch ${this.#bestEpoch + 1}`;
    context.stop(this.#stopped);
  }

  #keep(model: Network, epoch: number): void {
    this.#bestEpoch = epoch;
    if (this.#options.restoreBestWeights)
      this.#bestWeights = model.variables.map(({ variable }) => variable.value.clone());
  }

  onTrainEnd({ model }: FitContext): void {
    this.#bestWeights?.forEach((value, index) => {
      const entry = model.variables[index];
      if (entry !== undefined) entry.variable.value = value.clone();
    });
  }

  state(): State {
    return {
      wait: this.#wait,
      best: this.#best ?? null,
      bestEpoch: this.#bestEpoch,
      bestWeights: this.#bestWeights ?? null,
      stopped: this.#stopped ?? null,
    };
  }

  restore(state: unknown, context: FitContext): void {
    const { wait, best, bestEpoch, bestWeights, stopped } = readRemembered(this.name, state, stateFields);
    checkOfModel(this.name, bestWeights, context.model);
    this.#wait = wait;
    this.#best = best;
    this.#bestEpoch = bestEpoch;
    this.#bestWeights = bestWeights;
    this.#stopped = stopped;
    if (stopped !== undefined) context.stop(stopped);
  }
}

/**
 * Stops training when a figure has not improved for `patience` epochs. Defaults, and the rule, are Keras's: the
 * first epoch never stops, and the best weights come back whenever training ends.
 *
 * @throws on unknown options; in `fit`, where it cannot be told whether less or more of the figure is better; and at the end of an epoch when there is no such figure
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  return new EarlyStopping(options);
}
