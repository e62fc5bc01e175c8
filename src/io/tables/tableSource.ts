import type { TableFormat } from "./tableFormat.js";

/** What a cell may be; `null` is a missing one, `undefined` one that JSON Lines have no key for. */
export type Cell = string | number | boolean | null | undefined;

/** Some rows of a table, as they follow each other in the file. */
export interface RowBatch {
  /**
   * A cell for each column, as text and as it is written; an empty text is a missing one. V8 may keep the text of a whole batch while
   * one of its cells is held: who keeps a few cells of a large file for long should copy them.
   */
  readonly rows: readonly (readonly string[])[];
  /** The same with the types that JSON Lines have; `undefined` where a line lacks the key. Absent for CSV, which has texts alone. */
  readonly cells?: readonly (readonly Cell[])[] | undefined;
  /** The line of the file in which each row begins, from 1. */
  readonly lines: readonly number[];
}

export interface RowsOptions {
  /** Ends the pass: its reason is thrown before the next batch. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** A table that was opened: what it is made of, and its rows as often as they are wanted. */
export interface TableSource {
  /** What messages call it. */
  readonly name: string;
  readonly format: TableFormat;
  /** As `TextDecoder` names it: `utf-8`. */
  readonly encoding: string;
  /** What stands between two cells; `undefined` for JSON Lines. */
  readonly separator: string | undefined;
  /** The names of the columns: none is empty, and no two are equal. */
  readonly columns: readonly string[];
  /** What was made of the file where that is not plain, a sentence each: its encoding, its separator, columns renamed. */
  readonly notices: readonly string[];
  /**
   * All rows from the first, some at a time. Each call is a pass of its own; several may go on at once. Blank lines are skipped.
   *
   * @throws {ImagoError} in the course of a pass where a quotation mark is never closed, and after the last row where more than one
   *   row and more than 2 % of them have another number of cells than there are columns, as then the separator or the quotes are
   *   wrong; the signal's reason where that was given
   */
  rows(options?: RowsOptions): AsyncIterable<RowBatch>;
  /** What was amiss with rows in the last whole pass, a sentence each, with counts and the first lines. Empty before that. */
  problems(): readonly string[];
}
