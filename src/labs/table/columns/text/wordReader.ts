import type { TextColumn } from "../../table.js";
import { trimmed } from "../cells/cellScanner.js";
import { tokensOf } from "./tokens.js";

/** Writes how many tokens a text has, then a 1 for each word that stands in it. */
export class WordReader {
  readonly #places = new Map<string, number>();

  constructor({ forms }: TextColumn) {
    for (const [place, own] of forms.entries()) for (const form of own) this.#places.set(form, place);
  }

  /** @param into zeros, from `at` on */
  write(cell: string, into: Float64Array, at: number): true {
    const tokens = tokensOf(trimmed(cell));
    into[at] = tokens.length;
    for (const token of tokens) {
      const place = this.#places.get(token);
      if (place !== undefined) into[at + 1 + place] = 1;
    }
    return true;
  }
}
