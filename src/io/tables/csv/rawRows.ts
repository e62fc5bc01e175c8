import { ImagoError } from "../../../engine/errors.js";
import type { Parser } from "./parser.js";

/** Rows as they stand in the file, blank lines and ragged rows included. */
export interface RawRows {
  readonly rows: readonly string[][];
  /** In which each begins, from 1. */
  readonly lines: readonly number[];
  /** Lines of rows with a quotation mark that stands within others and is not doubled. */
  readonly oddQuotes: readonly number[];
}

export interface RowSettings {
  /** What errors call the file. */
  readonly name: string;
  readonly parser: Parser;
  readonly separator: string;
  /** Whether a last line that does not end was cut, and is to be left out. */
  readonly isCut?: boolean;
}

/** What the library gives, and says untyped. */
interface Parsed {
  readonly data: string[][];
  readonly errors: readonly { readonly code: string; readonly row: number; readonly index: number }[];
  /** `cursor` is where the first row begins that was left out. */
  readonly meta: { readonly cursor: number };
}

/** Characters of the longest row. One that is longer is the rest of the file behind a quotation mark without its other. */
const longestRow = 2 ** 23;

/**
 * Splits text into rows of cells, some at a time.
 *
 * @param pieces the text; its lines end with "\n"
 * @throws ImagoError where a quotation mark is never closed, with its line
 */
export function* rawRows(pieces: Iterable<string>, settings: RowSettings): Generator<RawRows> {
  let rest = "";
  let line = 1;
  for (const piece of pieces) {
    const text = rest + piece;
    const { batch, next, cursor } = split(text, line, true, settings);
    rest = text.slice(cursor);
    line = next;
    if (batch.rows.length > 0) yield batch;
    if (rest.length > longestRow) refuseLong(rest, line, settings);
  }
  if (rest !== "" && settings.isCut !== true) yield split(rest, line, false, settings).batch;
}

/**
 * The parser itself rather than `parse`, whose streaming modes read files and pages themselves: it alone leaves out a last row that
 * may go on. Its cursor is asked for in papaparse's own stream in the same way.
 */
function parse(text: string, isOpen: boolean, { parser, separator }: RowSettings): Parsed {
  return new parser.Parser({ delimiter: separator, newline: "\n" }).parse(text, 0, isOpen);
}

/** @param isOpen whether the text goes on, so that its last row may not be whole */
function split(
  text: string,
  first: number,
  isOpen: boolean,
  settings: RowSettings,
): { readonly batch: RawRows; readonly next: number; readonly cursor: number } {
  const { data, errors, meta } = parse(text, isOpen, settings);
  const lines: number[] = [];
  // Without quotation marks a row is a line.
  const mayBreak = text.includes('"');
  let line = first;
  for (const row of data) {
    lines.push(line);
    line += 1 + (mayBreak ? breaksIn(row) : 0);
  }
  const odd = new Set<number>();
  for (const { code, row, index } of errors) {
    // It is met again when more of the row is there.
    if (isOpen && row >= data.length) continue;
    const begin = lines[row] as number;
    const isOverLines = (lines[row + 1] ?? line) - begin > 1;
    if (code === "MissingQuotes" || isOverLines)
      throw unclosed(settings.name, first + breaks(text.slice(0, index)));
    odd.add(begin);
  }
  return { batch: { rows: data, lines, oddQuotes: [...odd] }, next: line, cursor: meta.cursor };
}

function breaksIn(row: readonly string[]): number {
  let sum = 0;
  for (const cell of row) sum += breaks(cell);
  return sum;
}

function breaks(text: string): number {
  let sum = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) sum++;
  return sum;
}

function unclosed(name: string, line: number): ImagoError {
  return new ImagoError(
    `Cannot read ${name}: the quotation mark that begins a cell in line ${line} is not closed.`,
    {
      help: 'Put a second one at the end of the cell; one that belongs to the text is doubled: "5"" pipe".',
    },
  );
}

function refuseLong(rest: string, line: number, settings: RowSettings): never {
  const last = parse(rest, false, settings).errors.find(({ code }) => code === "MissingQuotes");
  if (last !== undefined) throw unclosed(settings.name, line + breaks(rest.slice(0, last.index)));
  throw new ImagoError(
    `Cannot read ${settings.name}: line ${line} has more than ${longestRow.toLocaleString("en-GB")} characters.`,
    { help: "It is no table of rows, or its lines end otherwise than by a line feed or a carriage return." },
  );
}
