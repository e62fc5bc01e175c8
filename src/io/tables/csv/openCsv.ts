import { setImmediate as nextTurn } from "node:timers/promises";
import { ImagoError } from "../../../engine/errors.js";
import { columnNames } from "../columnNames.js";
import { textPieces } from "../encoding/textPieces.js";
import type { OpenedText, TableBody } from "../openedText.js";
import { isTabName, separatorName } from "../tableFormat.js";
import type { RowBatch } from "../tableSource.js";
import { findSeparator, isBlank, withoutStatement } from "./findSeparator.js";
import { loadParser, type Parser } from "./parser.js";
import { type RawRows, rawRows } from "./rawRows.js";
import { type CheckSettings, RowCheck } from "./rowCheck.js";

/** What every pass over a file of CSV needs. */
interface Csv extends CheckSettings {
  readonly text: OpenedText;
  readonly parser: Parser;
  /** Whether the first line states the separator. */
  readonly isStated: boolean;
}

/**
 * Opens a table of separated values: finds its separator and its names.
 *
 * @param given the separator, where the user gave one
 * @throws ImagoError where it has no names or no rows
 */
export async function openCsv(text: OpenedText, given: string | undefined): Promise<TableBody> {
  const parser = await loadParser();
  const { separator, isStated } = separatorOf(text, parser, given);
  const found = { text, parser, isStated, name: text.name, separator, width: 0, headerLine: 0 };
  const { cells, line } = readHeader(found);
  const { columns, notices } = columnNames(cells);
  const csv: Csv = { ...found, width: columns.length, headerLine: line };
  let problems: readonly string[] = [];
  return {
    separator,
    columns,
    notices: [
      ...(separator === "," || given !== undefined
        ? []
        : [`Its cells are separated by ${separatorName(separator)}.`]),
      ...notices,
      ...oddNames(cells, line),
    ],
    rows: (signal) => passOver(csv, signal, (said) => (problems = said)),
    problems: () => problems,
  };
}

function separatorOf(
  { name, bytes, encoding }: OpenedText,
  parser: Parser,
  given: string | undefined,
): { readonly separator: string; readonly isStated: boolean } {
  const { sample, isWhole } = beginning(textPieces(bytes, encoding));
  const { separator, by } = findSeparator(parser, sample, isWhole);
  const isStated = by === "stated";
  if (given !== undefined) return { separator: given, isStated };
  const isTabbed =
    isTabName(name) && !isStated && (sample.trimStart().split("\n", 1)[0] as string).includes("\t");
  return { separator: isTabbed ? "\t" : separator, isStated };
}

/** Characters by which a separator is told. */
const looked = 2 ** 19;

/** The first rows of a text, or all of it. */
function beginning(pieces: Iterable<string>): { readonly sample: string; readonly isWhole: boolean } {
  let sample = "";
  for (const piece of pieces) {
    sample += piece;
    if (sample.length > looked) return { sample: sample.slice(0, looked), isWhole: false };
  }
  return { sample, isWhole: true };
}

/** The first row that is not blank, of which there must be another. */
function readHeader(csv: Csv): { readonly cells: readonly string[]; readonly line: number } {
  const { name, text } = csv;
  let header: { readonly cells: readonly string[]; readonly line: number } | undefined;
  for (const { rows, lines } of rawBatches(csv)) {
    for (const [at, row] of rows.entries()) {
      if (isBlank(row)) continue;
      if (header !== undefined) return header;
      header = { cells: row, line: lines[at] as number };
    }
  }
  const help = "Its first line should name the columns, and each line below is a row.";
  if (header !== undefined) {
    throw new ImagoError(
      `Cannot read ${name}: it has names of columns in line ${header.line} and no row below them.`,
      {
        help,
      },
    );
  }
  throw new ImagoError(
    `Cannot read ${name}: it ${text.bytes.length === 0 ? "is empty" : "has only blank lines"}.`,
    { help },
  );
}

function* rawBatches({ text, parser, separator, isStated, name }: Csv): Generator<RawRows> {
  const { bytes, encoding, isCut } = text;
  const pieces = textPieces(bytes, encoding);
  yield* rawRows(isStated ? withoutFirstLine(pieces) : pieces, { name, parser, separator, isCut });
}

function* withoutFirstLine(pieces: Iterable<string>): Generator<string> {
  let isFirst = true;
  for (const piece of pieces) {
    yield isFirst ? withoutStatement(piece) : piece;
    isFirst = false;
  }
}

async function* passOver(
  csv: Csv,
  signal: AbortSignal | undefined,
  finish: (problems: readonly string[]) => void,
): AsyncGenerator<RowBatch> {
  const check = new RowCheck(csv);
  let isBeforeNames = true;
  for (const raw of rawBatches(csv)) {
    signal?.throwIfAborted();
    const names = isBeforeNames ? raw.lines.indexOf(csv.headerLine) : -1;
    if (isBeforeNames && names < 0) continue;
    isBeforeNames = false;
    const batch = check.take(names < 0 ? raw : behind(raw, names + 1));
    if (batch.rows.length > 0) yield batch;
    // What comes from outside, as Ctrl-C, is only heard between turns of the event loop.
    await nextTurn();
  }
  signal?.throwIfAborted();
  finish(check.end());
}

const behind = ({ rows, lines, oddQuotes }: RawRows, at: number): RawRows => ({
  ...{ rows: rows.slice(at), lines: lines.slice(at), oddQuotes },
});

/** What is said of names that look like something else. */
function oddNames(cells: readonly string[], line: number): string[] {
  const full = cells.filter((cell) => cell.trim() !== "");
  if (full.length > 0 && full.every((cell) => /^\s*[+-]?[\d.,]+(e[+-]?\d+)?\s*$/i.test(cell))) {
    return [
      `Line ${line} is taken for the names of the columns, and has only numbers: if it is a row, put a line of names above it.`,
    ];
  }
  if (cells.some((cell) => /^\s+".*"\s*$/.test(cell))) {
    return [
      `Names in line ${line} have spaces before their quotation marks, which are part of the cell then: take the spaces out.`,
    ];
  }
  return [];
}
