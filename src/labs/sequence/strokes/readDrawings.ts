import { anyText } from "../../../engine/arguments.js";
import { ImagoError, isPlainObject } from "../../../engine/errors.js";
import { type FieldsOf, flag, list, number, optional, readOptions } from "../../../engine/options.js";
import { type Drawing, drawingField, drawingProblem, listsOf, type Stroke } from "./drawing.js";

export interface ReadDrawingsOptions {
  /** Refuse the whole text for one bad line. Default: false, bad lines are left out and counted. */
  readonly strict?: boolean | undefined;
}

const readFields = { strict: flag(false) } satisfies FieldsOf<ReadDrawingsOptions>;

/** A line that was left out. */
export interface SkippedDrawing {
  /** Its number, from 1. */
  readonly line: number;
  readonly reason: string;
}

export interface DrawingsRead {
  readonly drawings: readonly Drawing[];
  /** The line of each of them, from 1. */
  readonly lines: readonly number[];
  readonly skipped: readonly SkippedDrawing[];
}

/**
 * Drawings in the form of Quick, Draw!'s files: one JSON object a line (ndjson), with `word` and with `drawing`, a list of strokes, each a
 * list of x and a list of y, y downwards, and in the raw files a list of times. Other keys are kept in `facts`; empty lines are passed
 * over.
 *
 * @param text of a file
 * @throws ImagoError with `strict`, naming the first bad line and its reason
 */
export function readDrawings(text: string, options: ReadDrawingsOptions = {}): DrawingsRead {
  anyText.read("readDrawings", "text", text);
  const { strict } = readOptions("readDrawings", options, readFields);
  const drawings: Drawing[] = [];
  const lines: number[] = [];
  const skipped: SkippedDrawing[] = [];
  let line = 0;
  for (const content of linesOf(text)) {
    line++;
    if (content.trim() === "") continue;
    const read = readLine(content);
    if (typeof read !== "string") {
      drawings.push(read);
      lines.push(line);
    } else if (strict) {
      throw new ImagoError(`readDrawings: line ${line} ${read}.`, {
        help: "Without strict such lines are left out and counted.",
      });
    } else skipped.push({ line, reason: read });
  }
  return { drawings, lines, skipped };
}

/** Lines one after another, so that a large text does not stand in memory twice. */
function* linesOf(text: string): Generator<string, void, undefined> {
  // A byte order mark belongs to no line.
  let start = text.startsWith("\uFEFF") ? 1 : 0;
  while (start <= text.length) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    yield text.slice(start, end);
    start = end + 1;
  }
}

/** The drawing of a line, or why it has none. */
function readLine(content: string): Drawing | string {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    const isOdd = /\bNaN\b|\bInfinity\b/.test(content);
    return isOdd
      ? "has NaN or Infinity, which JSON has not"
      : `is no JSON, it begins ${JSON.stringify(content.slice(0, 24))}`;
  }
  if (!isPlainObject(value)) return "holds no object { word, drawing }";
  const { word = "", drawing, ...facts }: { word?: unknown; drawing?: unknown } = value;
  if (typeof word !== "string") return "has a word that is no text";
  if (drawing === undefined) return 'has no "drawing"';
  if (!Array.isArray(drawing) || !drawing.every(Array.isArray))
    return "has a drawing that is no list of strokes";
  const strokes: readonly (readonly unknown[])[] = drawing;
  const problem = drawingProblem(strokes);
  if (problem !== undefined) return problem;
  return { strokes: strokes.map(strokeOf), word, facts };
}

function strokeOf(lists: readonly unknown[]): Stroke {
  const [x, y, t] = lists as readonly (readonly number[])[];
  const stroke = { x: x as readonly number[], y: y as readonly number[] };
  return t === undefined ? stroke : { ...stroke, t };
}

export interface WriteDrawingsOptions {
  /** Digits behind the point, 0 to 15. Default: as many as each number has. */
  readonly decimals?: number | undefined;
}

const writeFields = {
  decimals: optional(number({ min: 0, max: 15, integer: true })),
} satisfies FieldsOf<WriteDrawingsOptions>;

/**
 * Drawings as {@link readDrawings} takes them: a line each, with its `word`, its facts and its strokes.
 *
 * @throws ImagoError on what is no drawing, and on coordinates that are not finite
 */
export function writeDrawings(drawings: readonly Drawing[], options: WriteDrawingsOptions = {}): string {
  const all = list(drawingField, "an array of drawings").read("writeDrawings", "drawings", drawings);
  const { decimals } = readOptions("writeDrawings", options, writeFields);
  const rounded = (value: number): number =>
    decimals === undefined ? value : Number(value.toFixed(decimals));
  return all
    .map(({ word, facts, strokes }) => {
      const drawing = strokes.map((stroke) => listsOf(stroke).map((values) => values.map(rounded)));
      return `${JSON.stringify(Object.assign({ word }, facts, { word, drawing }))}\n`;
    })
    .join("");
}
