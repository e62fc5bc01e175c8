import type { Callback, FitContext } from "../../../nn/training/callback.js";

/** Why a run ended that was interrupted. */
export const interrupted = "interrupted";

/** Ctrl-C, the request to terminate, a terminal that is closed. Node forgets that `nohup` asked it to ignore the last. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Those that listen now. */
const open = new Set<Interruption>();
let works = false;

/** Listens for Ctrl-C, the request to terminate and the end of the terminal while something can still be saved. */
export class Interruption {
  readonly #listener = (): void => this.come();
  readonly #control = new AbortController();

  constructor() {
    works = true;
    open.add(this);
    for (const signal of signals) process.once(signal, this.#listener);
  }

  get came(): boolean {
    return this.signal.aborted;
  }

  /** Aborted when it comes: for work that looks at one between its own steps. */
  get signal(): AbortSignal {
    return this.#control.signal;
  }

  /** As if a signal had come. */
  come(): void {
    this.#control.abort(new Error(interrupted));
    // A second Ctrl-C ends the process at once, as everywhere.
    this.close();
  }

  close(): void {
    open.delete(this);
    for (const signal of signals) process.removeListener(signal, this.#listener);
  }

  /** Ends training after the step that is under way. */
  callback(): Callback {
    const check = (context: FitContext): void => {
      if (this.came) context.stop(interrupted);
    };
    return {
      name: "interruption",
      onEpochBegin: check,
      onBatchEnd: (_, context) => check(context),
      onEpochEnd: (_, context) => check(context),
    };
  }
}

/** Whether this process has begun work that leaves files: what it prints is a by-product then. */
export const leavesFiles = (): boolean => works;

/** Interrupts all that can still be saved. */
export function interruptAll(): void {
  for (const each of [...open]) each.come();
}
