import { ImagoError } from "../../engine/errors.js";
import { csvCell } from "../../engine/formats/csvCell.js";
import { type FieldsOf, list, oneOf, optional, readOptions, text } from "../../engine/options.js";
import { separatorField, type TableFormat, tableFormats } from "./tableFormat.js";
import type { Cell } from "./tableSource.js";

export interface TableWriterOptions {
  /** Default: `"csv"`. */
  readonly format?: TableFormat | undefined;
  /** The names of the columns; a row has a cell for each. Required: one at least, no two equal. */
  readonly columns: readonly string[];
  /** What stands between two cells of CSV; `"tab"` is a tab. Default: `","`. */
  readonly separator?: string | undefined;
}

export const tableWriterFields = {
  format: oneOf(tableFormats, "csv", { help: "how the table is written" }),
  columns: list(text(), "an array of names"),
  separator: optional(separatorField),
} satisfies FieldsOf<TableWriterOptions>;

/** Makes the text of a table, some rows at a time. */
export interface TableWriter {
  /** The line of names; empty for JSON Lines. It comes before all rows. */
  readonly head: string;
  /**
   * The lines of some rows.
   *
   * @throws {ImagoError} where a row has not a cell for each column
   */
  rows(rows: Iterable<readonly Cell[]>): string;
}

const where = "tableWriter";

/**
 * A writer of tables. Numbers are written with as many digits as it takes to read the same number again. In CSV a text that a
 * spreadsheet would take for a formula has an apostrophe before it (one that begins with = + - @, a tab or a carriage return and is no
 * number as some country writes it), and a missing cell is empty, as is NaN; JSON Lines keep the types, and have null for what is missing and for NaN and
 * infinity. Lines end with "\n".
 *
 * @throws {ImagoError} on unknown options, without columns, and where two of them have one name
 */
export function tableWriter(options: TableWriterOptions): TableWriter {
  const { format, columns, separator = "," } = readOptions(where, options, tableWriterFields);
  if (columns.length === 0) throw new ImagoError(`${where}: columns must have one name at least.`);
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new ImagoError(`${where}: two columns are called ${JSON.stringify(twice)}.`, {
      help: "Rename one of them.",
    });
  }
  const lineOf = format === "csv" ? csvLine(separator) : jsonLine(columns);
  return {
    head: format === "csv" ? csvLine(separator)(columns) : "",
    rows: (rows) => {
      let text = "";
      for (const row of rows) {
        if (row.length !== columns.length) {
          throw new ImagoError(
            `${where}: a row has ${row.length} cells, and there are ${columns.length} columns.`,
          );
        }
        text += lineOf(row);
      }
      return text;
    },
  };
}

/**
 * A text that a spreadsheet may read as a number, in any country, and never as a formula: a sign, digits with marks between them, a unit of
 * a few letters; or the dash that stands for nothing.
 */
const number =
  /^(?:[+-]?[€$£¥]?(?:\d[\d.,'’]*|\d{1,3}(?:[\u00a0\u202f]\d{3})+(?:[.,]\d+)?|[.,]\d+)(?:e[+-]?\d+)?\s?(?:%|[€$£¥]|\p{L}{1,3})?|-[€$£¥] ?[\d.,]+|-\d{1,3}(?: \d{3})+(?:[.,]\d+)?|-)$/iu;

function csvLine(separator: string): (row: readonly Cell[]) => string {
  const cellText = (cell: Cell): string => {
    if (Number.isNaN(cell)) return "";
    if (Object.is(cell, -0)) return "-0";
    if (typeof cell !== "string" || !number.test(cell)) return csvCell(cell, separator);
    return cell.includes(separator) ? `"${cell}"` : cell;
  };
  return (row) => `${row.map(cellText).join(separator)}\n`;
}

function jsonLine(columns: readonly string[]): (row: readonly Cell[]) => string {
  const keys = columns.map((name) => `${JSON.stringify(name)}:`);
  const cellText = (cell: Cell): string => (Object.is(cell, -0) ? "-0" : JSON.stringify(cell));
  return (row) =>
    `{${row.flatMap((cell, at) => (cell === undefined ? [] : [`${keys[at]}${cellText(cell)}`])).join(",")}}\n`;
}
