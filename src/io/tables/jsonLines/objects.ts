import { ImagoError } from "../../../engine/errors.js";
import { isRecord, parseJson } from "../../../engine/files/parseJson.js";
import { textPieces } from "../encoding/textPieces.js";
import type { OpenedText } from "../openedText.js";

/** Lines that are not blank. */
export interface Lines {
  readonly texts: readonly string[];
  /** Their numbers, from 1. */
  readonly lines: readonly number[];
}

/** The lines of a text that are not blank, a piece of the file at a time. */
export function* linesOf({ bytes, encoding, isCut }: OpenedText): Generator<Lines> {
  let rest = "";
  let line = 1;
  const take = (all: readonly string[]): Lines => {
    const [texts, lines]: [string[], number[]] = [[], []];
    for (const text of all) {
      if (text.trim() !== "") {
        texts.push(text);
        lines.push(line);
      }
      line++;
    }
    return { texts, lines };
  };
  for (const piece of textPieces(bytes, encoding)) {
    // A line of many pieces is put together once, when its end is there.
    if (!piece.includes("\n")) {
      rest += piece;
      continue;
    }
    const all = (rest + piece).split("\n");
    rest = all.pop() as string;
    yield take(all);
  }
  if (!isCut) yield take([rest]);
}

/**
 * The object of a line.
 *
 * @throws ImagoError where the line is no JSON, or another value
 */
export function objectOf(name: string, text: string, line: number): Record<string, unknown> {
  const where = `Cannot read ${name}: line ${line}`;
  const value = parseJson(text, where, 'each line is an object, as {"age": 31, "city": "Bern"}.');
  if (isRecord(value)) return value;
  const kind = Array.isArray(value) ? "an array" : value === null ? "null" : `a ${typeof value}`;
  throw new ImagoError(`${where} is ${kind} of JSON, and an object is expected.`, {
    help: 'Each line is a row by the names of its columns, as {"age": 31, "city": "Bern"}.',
  });
}

/**
 * A value as the text of a cell.
 *
 * @throws ImagoError where it is an array or an object
 */
export function cellOf(value: unknown, name: string, line: number, key: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  const kind = Array.isArray(value) ? "an array" : "an object";
  throw new ImagoError(`Cannot read ${name}: ${JSON.stringify(key)} is ${kind} in line ${line}.`, {
    help: "A cell is a text, a number, true, false or null: give what is nested columns of its own.",
  });
}
