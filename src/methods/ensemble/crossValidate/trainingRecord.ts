import { ImagoError } from "../../../engine/errors.js";
import type { Callback, FitContext } from "../../../nn/training/callback.js";
import type { Logs } from "../../../nn/training/logs.js";

interface State {
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly stopped: string | null;
}

export interface TrainingRecordOptions {
  /** Milliseconds that training may take. Default: as many as it needs. */
  readonly timeLimit?: number | undefined;
  readonly onEpoch: (epoch: number, logs: Logs) => void;
}

/**
 * Follows a training that may be interrupted and go on in another process: keeps the figures of all epochs, and why another
 * callback ended it, so that it does not go on behind its end.
 */
export class TrainingRecord implements Callback {
  readonly name = "trainingRecord";
  readonly #options: TrainingRecordOptions;
  #history: Record<string, number[]> = {};
  #context: FitContext | undefined;
  #end = Number.POSITIVE_INFINITY;
  #isLate = false;

  constructor(options: TrainingRecordOptions) {
    this.#options = options;
  }

  get history(): Readonly<Record<string, readonly number[]>> {
    return this.#history;
  }

  onTrainBegin(context: FitContext): void {
    this.#context = context;
    const { timeLimit } = this.#options;
    if (timeLimit !== undefined) this.#end = performance.now() + timeLimit;
  }

  onBatchEnd(_event: unknown, context: FitContext): void {
    if (performance.now() < this.#end) return;
    this.#isLate = true;
    context.stop("trainingRecord: the time is over");
  }

  onEpochEnd(logs: Logs, { epoch }: FitContext): void {
    for (const [name, value] of Object.entries(logs)) {
      this.#history[name] ??= [];
      this.#history[name].push(value);
    }
    this.#options.onEpoch(epoch, logs);
  }

  /** @throws ImagoError where training did not come to its end, saying why */
  check(stopped: string | undefined): void {
    if (this.#isLate) {
      throw new ImagoError(`training was not over after its limit of ${this.#options.timeLimit} ms.`);
    }
    if (stopped?.startsWith("stopOnNonFinite: ")) {
      throw new ImagoError(stopped.slice("stopOnNonFinite: ".length));
    }
  }

  state(): State {
    const stopped = this.#context?.stopped;
    // What ends only this call does not end training.
    const isFinal = stopped !== undefined && stopped !== "aborted" && !this.#isLate;
    return { history: structuredClone(this.#history), stopped: isFinal ? stopped : null };
  }

  restore(state: unknown, context: FitContext): void {
    const { history, stopped } = state as State;
    this.#history = Object.fromEntries(Object.entries(history).map(([name, values]) => [name, [...values]]));
    if (stopped !== null) context.stop(stopped);
  }
}
