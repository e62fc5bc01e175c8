import { type FieldsOf, number, optional, type ReadOf, readOptions } from "../../engine/options.js";
import type { Callback, FitContext } from "../training/callback.js";
import type { Logs } from "../training/logs.js";
import { type Judge, judgeOf, type MonitorMode, monitored, monitorFields } from "./monitor.js";
import { figure, readRemembered } from "./remembered.js";

export interface ReduceLearningRateOnPlateauOptions {
  /** The figure to go by. Default: "val_loss". */
  readonly monitor?: string | undefined;
  /** What the rate is multiplied by, below 1. Default: 0.1. */
  readonly factor?: number | undefined;
  /** Epochs without improvement after which the rate falls. Default: 10. */
  readonly patience?: number | undefined;
  /** Default: "auto", by the metric behind the figure, else by its name. */
  readonly mode?: MonitorMode | undefined;
  /** A change of this much or less is no improvement. Default: 1e-4. */
  readonly minDelta?: number | undefined;
  /** Epochs to wait after the rate fell before counting again. Default: 0. */
  readonly cooldown?: number | undefined;
  /** The rate never falls below. Default: 0. */
  readonly minLearningRate?: number | undefined;
}

const fields = {
  ...monitorFields,
  factor: number({ default: 0.1, min: 0, below: 1 }),
  patience: number({ default: 10, min: 0, integer: true }),
  minDelta: number({ default: 1e-4, min: 0 }),
  cooldown: number({ default: 0, min: 0, integer: true }),
  minLearningRate: number({ default: 0, min: 0 }),
} satisfies FieldsOf<ReduceLearningRateOnPlateauOptions>;

interface State {
  readonly best: number | null;
  readonly wait: number;
  readonly cooldown: number;
}

const count = number({ min: 0, integer: true });

const stateFields = { best: optional(figure), wait: count, cooldown: count } satisfies FieldsOf<State>;

class ReduceLearningRateOnPlateau implements Callback {
  readonly name = "reduceLearningRateOnPlateau";
  readonly #options: ReadOf<typeof fields>;
  /** From the begin of training on, when the metrics are known. */
  #judge!: Judge;
  #best: number | undefined;
  #wait = 0;
  #cooldown = 0;

  constructor(options: ReduceLearningRateOnPlateauOptions) {
    this.#options = readOptions(this.name, options, fields);
  }

  onTrainBegin(context: FitContext): void {
    this.#judge = judgeOf(this.name, this.#options, context);
    this.#best = undefined;
    this.#wait = 0;
    this.#cooldown = 0;
  }

  onEpochEnd(logs: Logs, context: FitContext): void {
    const value = monitored(this.name, this.#options.monitor, logs, context);
    if (value === undefined) return;
    if (this.#cooldown > 0) {
      this.#cooldown--;
      this.#wait = 0;
    }
    if (this.#judge.improves(value, this.#best)) {
      this.#best = value;
      this.#wait = 0;
    } else if (this.#cooldown === 0) {
      this.#wait++;
      if (this.#wait >= this.#options.patience) this.#reduce(context);
    }
  }

  #reduce({ trainer }: FitContext): void {
    const { factor, minLearningRate, cooldown } = this.#options;
    const rate = trainer.learningRate;
    if (rate <= minLearningRate) return;
    trainer.rateOverride = Math.max(rate * factor, minLearningRate);
    this.#cooldown = cooldown;
    this.#wait = 0;
  }

  state(): State {
    return { best: this.#best ?? null, wait: this.#wait, cooldown: this.#cooldown };
  }

  restore(state: unknown): void {
    const { best, wait, cooldown } = readRemembered(this.name, state, stateFields);
    this.#best = best;
    this.#wait = wait;
    this.#cooldown = cooldown;
  }
}

/**
 * Multiplies the learning rate by `factor` when a figure has not improved for `patience` epochs. Defaults, and the
 * rule, are Keras's `ReduceLROnPlateau`. From the first reduction on, an optimiser's schedule has no effect.
 *
 * @throws on unknown options; in `fit`, where it cannot be told whether less or more of the figure is better; and at the end of an epoch when there is no such figure
 */
export function reduceLearningRateOnPlateau(options: ReduceLearningRateOnPlateauOptions = {}): Callback {
  return new ReduceLearningRateOnPlateau(options);
}
