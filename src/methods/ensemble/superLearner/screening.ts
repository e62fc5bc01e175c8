import { messageOf } from "../../../engine/errors.js";
import type { Generator } from "../../../engine/random/generator.js";
import type { Screener } from "../../learners/screeners/screener.js";
import type { Rows } from "./crossPredict.js";

/** Why a screener did not choose, so that every column was kept. */
export interface ScreeningFailure {
  readonly name: string;
  readonly reason: string;
}

/** The columns that screeners keep of some rows, found once for all candidates that ask. */
export class Screening {
  readonly rows: Rows;
  readonly #random: Generator;
  readonly #signal: AbortSignal | undefined;
  readonly #kept = new Map<Screener, Promise<readonly number[] | undefined>>();
  /** Of the rows' screeners so far. */
  readonly failures: ScreeningFailure[] = [];

  constructor(rows: Rows, random: Generator, signal: AbortSignal | undefined) {
    this.rows = rows;
    this.#random = random.split("screeners");
    this.#signal = signal;
  }

  /** @returns numbers of the columns to keep; `undefined` for all of them, also where the screener failed, as in R */
  columns(screener: Screener | undefined): Promise<readonly number[] | undefined> {
    if (screener === undefined) return Promise.resolve(undefined);
    const found = this.#kept.get(screener) ?? this.#screen(screener);
    this.#kept.set(screener, found);
    return found;
  }

  async #screen(screener: Screener): Promise<readonly number[] | undefined> {
    const { x, y, weights, classes } = this.rows;
    try {
      const random = this.#random.split(screener.name);
      const kept = await screener.screen({ x, y, weights, classes, random, signal: this.#signal });
      const fits = kept.every((column) => Number.isInteger(column) && column >= 0 && column < x.columns);
      if (kept.length > 0 && fits) return kept;
      this.failures.push({
        name: screener.name,
        reason: fits ? "it keeps no column" : "it keeps no such column",
      });
    } catch (error) {
      this.#signal?.throwIfAborted();
      const reason = messageOf(error);
      this.failures.push({ name: screener.name, reason });
    }
    return undefined;
  }
}
