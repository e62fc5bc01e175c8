import { type FieldsOf, number, type ReadOf, readOptions } from "../../engine/options.js";
import type { Callback, FitContext } from "../../nn/training/callback.js";
import type { Logs } from "../../nn/training/logs.js";
import { Guard } from "./guard.js";
import { RecordedRun, type Run } from "./run.js";
import { foldersOf } from "./runFolder.js";
import { type RunOptions, runFields } from "./runOptions.js";

export interface TrackOptions extends RunOptions {
  /** From what random numbers are drawn. Default: the seed of the network. */
  readonly seed?: number | undefined;
  /** After how many batches their loss and the learning rate are recorded. Default: 10. */
  readonly everySteps?: number | undefined;
}

const fields = {
  ...runFields,
  everySteps: number({ default: 10, min: 1, integer: true, help: "batches between two records" }),
} satisfies FieldsOf<TrackOptions>;

/** A callback that records, and the run that it records. */
export interface Tracker extends Callback {
  /** For figures, texts and files of one's own; `undefined` before training begins. */
  readonly run: Run | undefined;
}

/**
 * Records a training: the loss of batches and the learning rate as `batch_loss` and `learningRate`, the figures of each epoch, and
 * how it ended, in a folder of its own. A training that is resumed from a checkpoint goes on in the same run; what was recorded after
 * the checkpoint is taken back.
 *
 * @throws ImagoError on an option that cannot be meant. Nothing that happens later ends training: a failure is one warning
 */
export function track(options: TrackOptions = {}): Tracker {
  return new TrackingCallback(readOptions("track", options, fields));
}

/** What a checkpoint holds of the run. */
interface TrackState {
  readonly run: string;
  readonly step: number;
}

class TrackingCallback implements Tracker {
  readonly name = "track";
  readonly #settings: ReadOf<typeof fields>;
  readonly #guard: Guard;
  #run: RecordedRun | undefined;
  #resumed: TrackState | undefined;
  /** Batches of all epochs so far. */
  #step = 0;

  constructor(settings: ReadOf<typeof fields>) {
    this.#settings = settings;
    this.#guard = new Guard(settings.warn);
  }

  get run(): Run | undefined {
    return this.#run;
  }

  onTrainBegin(): void {
    this.#run = undefined;
    this.#resumed = undefined;
  }

  state(): TrackState | null {
    return this.#run === undefined ? null : { run: this.#run.id, step: this.#step };
  }

  restore(state: unknown): void {
    if (isTrackState(state)) this.#resumed = state;
  }

  /** The first moment at which it is known whether a run is gone on with. */
  async onEpochBegin(context: FitContext): Promise<void> {
    if (this.#run !== undefined) return;
    const { epoch, step, steps } = context;
    const resumed = this.#resumed;
    this.#step = resumed?.step ?? epoch * (steps ?? 0) + step;
    const id = resumed?.run;
    if (id !== undefined && foldersOfQuietly(this.#settings.dir).includes(id)) {
      this.#run = await RecordedRun.resume(this.#settings, this.#guard, id, { step: this.#step, epoch });
    } else {
      const { seed = context.model.seed } = this.#settings;
      this.#run = await RecordedRun.begin({ ...this.#settings, seed }, this.#guard);
    }
  }

  onBatchEnd({ loss }: { readonly loss: number }, { epoch, trainer }: FitContext): void {
    this.#step++;
    if (this.#step % this.#settings.everySteps !== 0) return;
    this.#run?.log({ batch_loss: loss, learningRate: trainer.learningRate }, this.#step, epoch);
  }

  onEpochEnd(logs: Logs, { epoch }: FitContext): void {
    this.#run?.log(logs, this.#step, epoch + 1);
  }

  async onTrainEnd({ stopped, epoch, epochs }: FitContext): Promise<void> {
    // Stopped by nobody, and not at its end: something threw.
    const state = stopped !== undefined ? "stopped" : epoch >= epochs ? "finished" : "failed";
    await this.#run?.finish(state, stopped);
  }
}

function isTrackState(state: unknown): state is TrackState {
  if (typeof state !== "object" || state === null) return false;
  const { run, step } = state as Partial<Record<keyof TrackState, unknown>>;
  return typeof run === "string" && typeof step === "number";
}

function foldersOfQuietly(dir: string): readonly string[] {
  try {
    return foldersOf(dir);
  } catch {
    // Beginning a new run there will say why.
    return [];
  }
}
