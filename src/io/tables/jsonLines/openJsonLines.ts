import { setImmediate as nextTurn } from "node:timers/promises";
import { ImagoError } from "../../../engine/errors.js";
import { columnNames } from "../columnNames.js";
import type { OpenedText, TableBody } from "../openedText.js";
import type { Cell, RowBatch } from "../tableSource.js";
import { cellOf, linesOf, objectOf } from "./objects.js";

/** What a first pass finds. */
interface Survey {
  /** The place of each key, in order of first appearance. */
  readonly places: ReadonlyMap<string, number>;
  /** The first line with a whole number that has more digits than JavaScript keeps. */
  readonly tooLong: number | undefined;
}

/**
 * Opens a table of JSON Lines, and goes over it once: its columns are all keys, in order of first appearance.
 *
 * @throws ImagoError where a line is no object of plain values, with its number, and where there is none
 */
export async function openJsonLines(text: OpenedText, signal: AbortSignal | undefined): Promise<TableBody> {
  const { places, tooLong } = await survey(text, signal);
  const { columns, notices } = columnNames([...places.keys()]);
  return {
    separator: undefined,
    columns,
    notices: [
      ...notices,
      ...(tooLong === undefined
        ? []
        : [
            `Whole numbers with more than 15 digits lose their last ones, first in line ${tooLong}; write them as texts.`,
          ]),
    ],
    rows: (own) => passOver(text, places, own),
    problems: () => [],
  };
}

async function survey(text: OpenedText, signal: AbortSignal | undefined): Promise<Survey> {
  const { name } = text;
  const places = new Map<string, number>();
  let tooLong: number | undefined;
  let rows = 0;
  for (const { texts, lines } of linesOf(text)) {
    signal?.throwIfAborted();
    for (const [at, one] of texts.entries()) {
      const line = lines[at] as number;
      for (const [key, value] of Object.entries(objectOf(name, one, line))) {
        if (!places.has(key)) places.set(key, places.size);
        cellOf(value, name, line, key);
        if (Number.isInteger(value) && !Number.isSafeInteger(value)) tooLong ??= line;
      }
    }
    rows += texts.length;
    await nextTurn();
  }
  if (rows > 0 && places.size > 0) return { places, tooLong };
  const what =
    text.bytes.length === 0 ? "is empty" : rows > 0 ? "has objects without any key" : "has only blank lines";
  throw new ImagoError(`Cannot read ${name}: it ${what}.`, {
    help: 'Each line is a row by the names of its columns, as {"age": 31, "city": "Bern"}.',
  });
}

async function* passOver(
  text: OpenedText,
  places: ReadonlyMap<string, number>,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowBatch> {
  for (const { texts, lines } of linesOf(text)) {
    signal?.throwIfAborted();
    const rows: string[][] = [];
    const cells: Cell[][] = [];
    for (const [at, one] of texts.entries()) {
      const line = lines[at] as number;
      const row = Array.from({ length: places.size }, () => "");
      const typed = new Array<Cell>(places.size).fill(undefined);
      for (const [key, value] of Object.entries(objectOf(text.name, one, line))) {
        const place = places.get(key) as number;
        row[place] = cellOf(value, text.name, line, key);
        // Neither array nor object, or `cellOf` had refused it.
        typed[place] = value as Cell;
      }
      rows.push(row);
      cells.push(typed);
    }
    if (rows.length > 0) yield { rows, cells, lines };
    await nextTurn();
  }
  signal?.throwIfAborted();
}
