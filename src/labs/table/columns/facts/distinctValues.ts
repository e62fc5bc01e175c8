import { ownCopy } from "../cells/ownCopy.js";
import type { DistinctValue } from "./columnFacts.js";
import { DistinctEstimate } from "./distinctEstimate.js";

/** Characters that are kept of one column: free text may have pages in each cell. */
const mostCharacters = 2_000_000;

/** Counts distinct texts, and keeps them as long as they are not too many. */
export class DistinctValues {
  readonly #most: number;
  #values: Map<string, { count: number; line: number }> | undefined = new Map();
  #estimate: DistinctEstimate | undefined;
  #characters = 0;
  /** How many there were when they were let go. */
  #kept = 0;

  /** @param most how many are kept, of two million characters in all; with one more all are let go, and their number is estimated */
  constructor(most: number) {
    this.#most = most;
  }

  add(text: string, line: number): void {
    if (this.#values === undefined) {
      this.#estimate?.add(text);
      return;
    }
    const known = this.#values.get(text);
    if (known !== undefined) known.count++;
    else if (this.#values.size === this.#most || this.#characters > mostCharacters)
      this.#letGo(this.#values, text);
    else {
      this.#characters += text.length;
      this.#values.set(ownCopy(text), { count: 1, line });
    }
  }

  get values(): ReadonlyMap<string, DistinctValue> | undefined {
    return this.#values;
  }

  get count(): number {
    return this.#values?.size ?? Math.max(this.#kept + 1, this.#estimate?.count ?? 0);
  }

  #letGo(values: ReadonlyMap<string, unknown>, text: string): void {
    const estimate = new DistinctEstimate();
    for (const value of values.keys()) estimate.add(value);
    estimate.add(text);
    this.#estimate = estimate;
    this.#kept = values.size;
    this.#values = undefined;
  }
}
