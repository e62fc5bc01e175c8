import {
  abortSignal,
  callable,
  type FieldsOf,
  having,
  list,
  number,
  numbers,
  optional,
  readOptions,
  unchecked,
} from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import type { Model } from "../../../nn/models/model.js";
import { adam } from "../../../nn/optimizers/adam.js";
import { cosineDecay } from "../../../nn/optimizers/schedules/cosineDecay.js";
import type { Callback } from "../../../nn/training/callback.js";
import type { DataTuple } from "../../../nn/training/fitOptions.js";
import type { History } from "../../../nn/training/history.js";
import type { TrainingPosition } from "../../../nn/training/position.js";
import { batchesFrom } from "../items/batchOrder.js";
import { type BestWeights, setWeights } from "./bestWeights.js";
import { ReportCallback } from "./reportCallback.js";
import type { HeldOutItems, SequenceFigures, SequenceReport } from "./sequenceReport.js";
import type { Measured, SequenceTask } from "./sequenceTask.js";
import { type TrainingOptions, trainingFields } from "./trainingOptions.js";

export interface SequenceTrainerOptions {
  /** Where programs run. Default: ONNX Runtime's own library in Node. */
  readonly runtime?: Runtime | undefined;
  /** A network of this task, compiled, that has learnt already. Default: a new one. */
  readonly network?: Model | undefined;
}

const trainerFields = {
  runtime: optional(having<Runtime>("a Runtime", "compile")),
  network: optional(having<Model>("a model", "fit", "variables")),
} satisfies FieldsOf<SequenceTrainerOptions>;

export interface LearnOptions {
  /** Where an earlier run stood, to go on from there. Default: the beginning. */
  readonly resume?: TrainingPosition | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Items that are written at each report, 0 to 10000. Default: 16; without `onReport` 0. */
  readonly samples?: number | undefined;
  /** Temperatures of the samples, above 0. Default: 0.8. */
  readonly temperatures?: readonly number[] | undefined;
  readonly onReport?: ((report: SequenceReport) => void | Promise<void>) | undefined;
}

/** How {@link LearnOptions} are read. */
export const learnFields = {
  resume: optional(having<TrainingPosition>("a position in training", "epoch", "step")),
  callbacks: optional(list(unchecked<Callback>("a callback"), "an array of callbacks")),
  signal: abortSignal,
  samples: optional(number({ min: 0, max: 10_000, integer: true, help: "items written at each report" })),
  temperatures: optional(numbers({ above: 0 })),
  onReport: optional(callable<NonNullable<LearnOptions["onReport"]>>()),
} satisfies FieldsOf<LearnOptions>;

/** Items, and the network that learns them: whole items in each batch, padded and masked. */
export class SequenceTrainer {
  readonly task: SequenceTask;
  readonly options: TrainingOptions;
  readonly network: Model;
  readonly #runtime: Runtime | undefined;
  readonly #report: ReportCallback;

  /** @throws ImagoError on unknown options and values outside their range */
  constructor(task: SequenceTask, options: Partial<TrainingOptions> = {}, more: SequenceTrainerOptions = {}) {
    const { runtime, network } = readOptions("SequenceTrainer", more, trainerFields);
    this.task = having<SequenceTask>("a task, as sequenceTask makes it", "batch", "lengths").read(
      "SequenceTrainer",
      "task",
      task,
    );
    this.options = readOptions("SequenceTrainer", options, trainingFields);
    this.#runtime = runtime;
    this.network = network ?? this.#compiled();
    this.#report = new ReportCallback(this);
  }

  #compiled(): Model {
    const { seed, steps, learningRate, clip } = this.options;
    const network = this.task.network({ seed, runtime: this.#runtime });
    const rate = cosineDecay({ initialLearningRate: learningRate, decaySteps: steps, alpha: 0.001 });
    network.compile({ optimizer: adam({ learningRate: rate, globalClipNorm: clip }), loss: this.task.loss });
    return network;
  }

  /** What is known of each report, those before a resumption included. */
  get figures(): readonly SequenceFigures[] {
    return this.#report.figures;
  }

  /** The weights that knew most of the held-out items; absent where nothing was held out, or kept. */
  get best(): BestWeights | undefined {
    return this.#report.best;
  }

  /** Reports in all. */
  get reports(): number {
    return Math.ceil(this.options.steps / this.options.every);
  }

  /**
   * Trains, and at its end takes the weights that are to be kept. For `fit` and its callbacks an epoch is what lies between two
   * reports.
   *
   * @throws ImagoError on unknown options and values outside their range, and what callbacks throw
   */
  async train(options: LearnOptions = {}): Promise<History> {
    const settings = readOptions("train", options, learnFields);
    const { resume, signal, callbacks = [] } = settings;
    await this.#report.begin(settings);
    const history = await this.network.fit(this.#source(), {
      epochs: this.reports,
      // Last, so that a progress bar is done with its line before the report is shown.
      callbacks: [...callbacks, this.#report.callback()],
      resume,
      signal,
    });
    if (this.isOver(history)) this.takeKept();
    return history;
  }

  /** Whether nothing is left to learn. */
  isOver({ position }: Pick<History, "position">): boolean {
    return position.epoch >= this.reports;
  }

  /** Takes the weights that are to be kept. */
  takeKept(): void {
    const { best } = this;
    if (this.options.keep === "best" && best !== undefined) setWeights(this.network, best.weights);
  }

  /**
   * What the network knows of the items that were held out, or of others.
   *
   * @returns `undefined` where there are none
   * @throws the signal's reason when it aborts
   */
  async measure(
    signal?: AbortSignal,
    measured: Measured | undefined = this.task.heldOut(),
  ): Promise<HeldOutItems | undefined> {
    if (measured === undefined || measured.items === 0) return undefined;
    const { batches, items, positions } = measured;
    const { loss } = await this.network.evaluate(until(batches, signal));
    return { perItem: loss as number, perPosition: ((loss as number) * items) / positions, items };
  }

  #source() {
    const { steps, every, batchSize, seed } = this.options;
    const order = { lengths: this.task.lengths, batchSize, random: new Generator(seed).split("order") };
    const { task } = this;
    const from = function* (epoch: number, skip = 0): Iterable<DataTuple<never, never>> {
      const begin = epoch * every + skip;
      let left = Math.min(steps, (epoch + 1) * every) - begin;
      if (left <= 0) return;
      for (const rows of batchesFrom(order, begin)) {
        yield task.batch(rows) as DataTuple<never, never>;
        if (--left === 0) return;
      }
    };
    return Object.assign((epoch: number) => from(epoch), { from, steps: Math.min(every, steps) });
  }

  dispose(): Promise<void> {
    return this.network.dispose();
  }
}

/** Batches, as long as a signal lets them go on. */
function* until(
  batches: Measured["batches"],
  signal: AbortSignal | undefined,
): Iterable<DataTuple<never, never>> {
  for (const batch of batches) {
    signal?.throwIfAborted();
    yield batch as DataTuple<never, never>;
  }
}
