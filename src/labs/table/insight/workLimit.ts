/** Milliseconds of work after which whoever wants to end it gets a turn. */
const turn = 50;

/** Ends long work: by a signal with its reason, by a deadline quietly. */
export class WorkLimit {
  readonly #signal: AbortSignal | undefined;
  readonly #deadline: number;
  #rested = performance.now();

  /** @param deadline by `performance.now()`. Default: never. */
  constructor(signal: AbortSignal | undefined, deadline: number | undefined) {
    this.#signal = signal;
    this.#deadline = deadline ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Whether time is up. Between two calls a signal can come and a page can draw.
   *
   * @throws the signal's reason when it aborts
   */
  async isOver(): Promise<boolean> {
    if (performance.now() - this.#rested > turn) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.#rested = performance.now();
    }
    this.#signal?.throwIfAborted();
    return performance.now() >= this.#deadline;
  }
}
