import { ImagoError } from "../../../../engine/errors.js";
import {
  accepting,
  type FieldsOf,
  list,
  number,
  optional,
  readOptions,
  text,
} from "../../../../engine/options.js";
import { counted } from "../../../../engine/words.js";
import { CellScanner } from "../cells/cellScanner.js";
import { linesText, quoted } from "../words.js";
import { ColumnCollector } from "./columnCollector.js";
import type { ColumnFacts } from "./columnFacts.js";

/** Rows of a file, some at a time. */
export interface RowBatch {
  readonly rows: readonly (readonly string[])[];
  /** The same with the types that a file gives them, as JSON Lines do. Default: it gives none. */
  readonly cells?: readonly (readonly unknown[])[] | undefined;
  /** `[rows]`: the line of the file that each row began on, from 1. */
  readonly lines: ArrayLike<number>;
}

/** Names of columns. */
export const namesField = list(text(), "an array of names");

/** How batches of rows are read where they are asked for. */
export const batchesField = accepting(
  "batches of rows",
  (value): value is AsyncIterable<RowBatch> | Iterable<RowBatch> =>
    typeof value === "object" &&
    value !== null &&
    (Symbol.iterator in value || Symbol.asyncIterator in value),
);

export interface FactsOptions {
  /**
   * How many distinct texts of a column are kept, 1 to 1000000; columns with more have no levels, and their number is estimated.
   * Default: 20,000, or fewer in a table of over 100 columns, so that two million texts at most are kept in all; 200 at least.
   */
  readonly mostDistinct?: number | undefined;
}

const fields = {
  mostDistinct: optional(number({ min: 1, max: 1_000_000, integer: true })),
} satisfies FieldsOf<FactsOptions>;

/** Distinct texts that are kept of all columns together. */
const mostInAll = 2_000_000;

/** The first pass over a table's rows: gathers what there is to know of each column before it is decided what each is. */
export class FactsCollector {
  readonly #columns: readonly ColumnCollector[];
  readonly #names: readonly string[];

  /**
   * @param names of the columns, in the order of the cells
   * @throws {ImagoError} if two columns have one name, or there is none
   */
  constructor(names: readonly string[], options: FactsOptions = {}) {
    const { mostDistinct } = readOptions("FactsCollector", options, fields);
    checkNames(names);
    const usual = Math.max(200, Math.min(20_000, Math.floor(mostInAll / names.length)));
    const most = mostDistinct ?? usual;
    const scanner = new CellScanner();
    this.#names = names;
    this.#columns = names.map((name) => new ColumnCollector(name, scanner, most));
  }

  /**
   * Cells that a row lacks count as missing.
   *
   * @throws {ImagoError} on a row with more cells than there are columns
   */
  add({ rows, lines }: RowBatch): void {
    for (let i = 0; i < rows.length; i++) {
      if (rows[i]!.length > this.#names.length) throw tooMany(this.#names.length, rows[i]!.length, lines[i]!);
    }
    // Column by column, because cells of one column take the same ways.
    for (let j = 0; j < this.#columns.length; j++) {
      const column = this.#columns[j]!;
      for (let i = 0; i < rows.length; i++) column.add(rows[i]![j] ?? "", lines[i]!);
    }
  }

  /** What was found, in the order of the columns. */
  facts(): ColumnFacts[] {
    return this.#columns.map((column) => column.facts());
  }
}

/**
 * Facts of all columns from all rows.
 *
 * @param names of the columns, in the order of the cells
 * @throws {ImagoError} if two columns have one name, there is none, or a row has more cells than there are columns
 */
export async function collectFacts(
  names: readonly string[],
  batches: AsyncIterable<RowBatch> | Iterable<RowBatch>,
  options: FactsOptions = {},
): Promise<ColumnFacts[]> {
  namesField.read("collectFacts", "names", names);
  batchesField.read("collectFacts", "batches", batches);
  const collector = new FactsCollector(names, options);
  for await (const batch of batches) collector.add(batch);
  return collector.facts();
}

function checkNames(names: readonly string[]): void {
  if (names.length === 0) throw new ImagoError("the table has no columns.");
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new ImagoError(`two columns of the table have the name ${quoted(name)}.`, {
        help: "Columns are known by their names: rename one of them.",
      });
    }
    seen.add(name);
  }
}

/** The error for a row with cells that belong to no column. */
export function tooMany(columns: number, cells: number, line: number): ImagoError {
  return new ImagoError(
    `${linesText([line])} has ${counted(cells, "cell")}, and the table has ${counted(columns, "column")}.`,
    { help: "A cell that holds the separator must stand in quotation marks." },
  );
}
