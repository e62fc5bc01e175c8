/**
 * Names by counting, as Keras gives them to the layers of a fresh session in the order in which they are made: `conv2d`,
 * `conv2d_1`, … Given names do not count.
 */
export class KerasNames {
  readonly #counts = new Map<string, number>();

  /** The next name of a class of layers, which Keras writes in snake case: `batch_normalization`. */
  next(base: string): string {
    const count = this.#counts.get(base) ?? 0;
    this.#counts.set(base, count + 1);
    return count === 0 ? base : `${base}_${count}`;
  }
}
