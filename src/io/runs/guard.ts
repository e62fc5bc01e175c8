import { messageOf } from "../../engine/errors.js";

/** Where one warning goes. */
export type Warn = (message: string) => void;

const defaultWarn: Warn = (message) => process.emitWarning(message, "ImagoWarning");

/** Keeps failures of keeping records away from what is recorded: the first is a warning, the others are silent. */
export class Guard {
  readonly #warn: Warn;
  #warned = false;

  constructor(warn: Warn | undefined) {
    this.#warn = warn ?? defaultWarn;
  }

  failed(what: string, error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    try {
      this.#warn(`${what}: ${messageOf(error)} Training goes on; no further failure of the kind is shown.`);
    } catch {
      // Not even a warning may end training.
    }
  }

  /** @returns what the work gives, `undefined` if it fails */
  async keep<T>(what: string, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.failed(what, error);
      return undefined;
    }
  }
}
