/**
 * Which parts of a run are still to be computed, and which of them another thread computed. Each thread takes the next one when it is
 * done with the last, so that a thread whose core is taken away for a while computes fewer.
 */
export class PartQueue {
  readonly memory: SharedArrayBuffer;
  /** The next part, and for each part whether another thread computed it. */
  readonly #words: Int32Array;

  /** @param from the number of parts, or another thread's `memory` */
  constructor(from: number | SharedArrayBuffer) {
    this.memory = typeof from === "number" ? new SharedArrayBuffer(4 * (1 + from)) : from;
    this.#words = new Int32Array(this.memory);
  }

  get #parts(): number {
    return this.#words.length - 1;
  }

  /** Begins anew; no thread may be taking parts. */
  reset(): void {
    this.#words.fill(0);
  }

  /** The number of a part that nobody else takes; nothing when all are taken. */
  take(): number | undefined {
    const part = Atomics.add(this.#words, 0, 1);
    return part < this.#parts ? part : undefined;
  }

  /** Leaves no part to be taken, where what they give is of no use any more. */
  close(): void {
    Atomics.store(this.#words, 0, this.#parts);
  }

  /** Another thread than the one that asks {@link isElsewhere} has written what a part gives. */
  setElsewhere(part: number): void {
    Atomics.store(this.#words, 1 + part, 1);
  }

  isElsewhere(part: number): boolean {
    return Atomics.load(this.#words, 1 + part) === 1;
  }
}
