import { accepting } from "../../../engine/options.js";

/** What the pen does from touching the paper to leaving it. A stroke of one point is a dot. */
export interface Stroke {
  readonly x: readonly number[];
  /** Downwards, as many as there are of x. */
  readonly y: readonly number[];
  /** Times, as many as there are of x, where they are known. */
  readonly t?: readonly number[] | undefined;
}

/** Something drawn or written by hand. */
export interface Drawing {
  /** In the order drawn, at least one. */
  readonly strokes: readonly Stroke[];
  /** What it is of, or what is written; empty where that is not known. */
  readonly word: string;
  /** What else its file says of it: `hand`, `sign`, `countrycode` and the like. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Coordinates lie within ± this: float32 still tells a thousandth there from its neighbour's differences. */
export const farthest = 1e9;

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/**
 * Why a stroke is none, or `undefined`.
 *
 * @param lists x, y and perhaps times
 */
export function strokeProblem(lists: readonly unknown[]): string | undefined {
  const names = ["x", "y", "t"];
  if (lists.length < 2 || lists.length > 3) {
    return `holds ${lists.length} ${lists.length === 1 ? "list" : "lists"}, expected x and y, and times if there are any`;
  }
  for (const [at, one] of lists.entries()) {
    if (!isList(one)) return `has a ${names[at]} that is no list of numbers`;
    const odd = one.findIndex((value) => typeof value !== "number" || !(Math.abs(value) <= farthest));
    if (odd >= 0) return `has ${said(one[odd])} for ${names[at]} of point ${odd + 1}`;
  }
  const counts = lists.map((one) => (one as readonly unknown[]).length);
  const unequal = counts.findIndex((count) => count !== counts[0]);
  if (unequal > 0) return `has ${counts[0]} x and ${counts[unequal]} ${names[unequal]}`;
  return counts[0] === 0 ? "has no points" : undefined;
}

/** JSON has no NaN, and writes null for it. */
const said = (value: unknown): string =>
  value === null ? "nothing" : typeof value === "number" ? String(value) : JSON.stringify(value);

/** Why strokes make no drawing, or `undefined`. */
export function drawingProblem(strokes: readonly (readonly unknown[])[]): string | undefined {
  if (strokes.length === 0) return "has no strokes";
  for (const [at, stroke] of strokes.entries()) {
    const problem = strokeProblem(stroke);
    if (problem !== undefined) return `stroke ${at + 1} ${problem}`;
  }
  const points = strokes.flatMap(([x]) => x);
  return points.length === 1 ? "has a single point, which is no drawing" : undefined;
}

/** The lists of a stroke, as they stand in files. */
export const listsOf = ({ x, y, t }: Stroke): readonly (readonly number[])[] =>
  t === undefined ? [x, y] : [x, y, t];

const isStroke = (value: unknown): value is Stroke =>
  typeof value === "object" &&
  value !== null &&
  "x" in value &&
  "y" in value &&
  strokeProblem([value.x, value.y, ...("t" in value && value.t !== undefined ? [value.t] : [])]) ===
    undefined;

const hasStrokes = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "strokes" in value &&
  isList(value.strokes) &&
  value.strokes.length > 0 &&
  value.strokes.every(isStroke);

/** How a {@link Drawing} is read. */
export const drawingField = accepting<Drawing>(
  "a drawing { strokes: [{ x, y }], word, facts } with as many finite x as y in each stroke",
  (value): value is Drawing =>
    hasStrokes(value) &&
    typeof (value as Drawing).word === "string" &&
    typeof (value as Drawing).facts === "object",
);

/** How many points a drawing has. */
export const pointCount = ({ strokes }: Drawing): number => strokes.reduce((sum, { x }) => sum + x.length, 0);

/** The smallest rectangle that holds drawings. */
export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where strokes lie. */
export function extentOf(strokes: readonly Stroke[]): Extent {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of strokes) {
    for (const value of x) [left, right] = [Math.min(left, value), Math.max(right, value)];
    for (const value of y) [top, bottom] = [Math.min(top, value), Math.max(bottom, value)];
  }
  return { left, top, width: right - left, height: bottom - top };
}
