import { ownCopy } from "../cells/ownCopy.js";
import { tokensOf } from "./tokens.js";

/** Tokens of a column that are kept at once. */
const most = 100_000;

/** Counts in how many cells each token stands. Where there are too many, those of a single cell are let go, then those of two. */
export class TokenCounts {
  readonly counts = new Map<string, number>();
  #few = 1;

  add(text: string): void {
    for (const token of new Set(tokensOf(text))) {
      const known = this.counts.get(token);
      if (known === undefined) this.counts.set(ownCopy(token), 1);
      else this.counts.set(token, known + 1);
    }
    while (this.counts.size > most) this.#letGo();
  }

  #letGo(): void {
    for (const [token, count] of this.counts) if (count <= this.#few) this.counts.delete(token);
    this.#few++;
  }
}
