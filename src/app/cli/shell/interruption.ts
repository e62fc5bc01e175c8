import type { Callback, FitContext } from "../../../nn/training/callback.js";

/** Why a run ended that was interrupted. */
export const interrupted = "interrupted";

/** Listens for Ctrl-C and the request to terminate while something can still be saved. */
export class Interruption {
  readonly #listener = (): void => {
    this.#came = true;
    // A second Ctrl-C ends the process at once, as everywhere.
    this.close();
  };
  #came = false;

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, this.#listener);
  }

  get came(): boolean {
    return this.#came;
  }

  close(): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.removeListener(signal, this.#listener);
  }

  /** Ends training after the step that is under way. */
  callback(): Callback {
    const check = (context: FitContext): void => {
      if (this.#came) context.stop(interrupted);
    };
    return {
      name: "interruption",
      onEpochBegin: check,
      onBatchEnd: (_, context) => check(context),
      onEpochEnd: (_, context) => check(context),
    };
  }
}
