import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import { type Drawing, drawingField, type Stroke } from "./drawing.js";

export interface SimplifyStrokesOptions {
  /**
   * Points nearer than this to the last one kept are dropped, in the drawing's units; the first and the last of a stroke stay. From 0;
   * applied first. Default: 0, none are dropped.
   */
  readonly distance?: number | undefined;
  /**
   * How far the line through the points that are kept may lie from those that are dropped, in the drawing's units (Ramer, 1972;
   * Douglas and Peucker, 1973). From 0. Default: 0, points are dropped only where the line stays the same.
   */
  readonly tolerance?: number | undefined;
}

const fields = {
  distance: number({ default: 0, min: 0 }),
  tolerance: number({ default: 0, min: 0 }),
} satisfies FieldsOf<SimplifyStrokesOptions>;

/**
 * A drawing with fewer points. Quick, Draw!'s simplified files were made with a tolerance of 2 in a square of 256.
 *
 * @returns a new drawing; no stroke is lost, times stay beside their points
 * @throws ImagoError on what is no drawing, and on unknown options
 */
export function simplifyStrokes(drawing: Drawing, options: SimplifyStrokesOptions = {}): Drawing {
  const { strokes, word, facts } = drawingField.read("simplifyStrokes", "drawing", drawing);
  const { distance, tolerance } = readOptions("simplifyStrokes", options, fields);
  const fewer = strokes.map((stroke) => {
    const apart = distance > 0 ? chosen(stroke, farApart(stroke, distance)) : stroke;
    return chosen(apart, alongLine(apart, tolerance));
  });
  return { strokes: fewer, word, facts };
}

function chosen({ x, y, t }: Stroke, places: readonly number[]): Stroke {
  const pick = (values: readonly number[]): number[] => places.map((place) => values[place] as number);
  return t === undefined ? { x: pick(x), y: pick(y) } : { x: pick(x), y: pick(y), t: pick(t) };
}

/** Places that are no nearer than a distance to the one before. */
function farApart({ x, y }: Stroke, distance: number): number[] {
  const kept = [0];
  for (let place = 1; place < x.length - 1; place++) {
    const last = kept.at(-1) as number;
    const gap = Math.hypot(
      (x[place] as number) - (x[last] as number),
      (y[place] as number) - (y[last] as number),
    );
    if (gap >= distance) kept.push(place);
  }
  if (x.length > 1) kept.push(x.length - 1);
  return kept;
}

/** Places that a line must go through to stay near all. Without recursion, because a stroke may have a million points. */
function alongLine(stroke: Stroke, tolerance: number): number[] {
  const count = stroke.x.length;
  const keeps = new Uint8Array(count);
  keeps[0] = keeps[count - 1] = 1;
  const open: [number, number][] = [[0, count - 1]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [from, to] = span;
    let [farthest, most] = [-1, tolerance];
    for (let place = from + 1; place < to; place++) {
      const off = offLine(stroke, place, from, to);
      if (off > most) [farthest, most] = [place, off];
    }
    if (farthest < 0) continue;
    keeps[farthest] = 1;
    open.push([from, farthest], [farthest, to]);
  }
  return Array.from(keeps.keys()).filter((place) => keeps[place] === 1);
}

/** How far a point lies from the line between two others; from the nearer of them where the line does not pass it. */
function offLine({ x, y }: Stroke, place: number, from: number, to: number): number {
  const [startX, startY] = [x[from] as number, y[from] as number];
  const [alongX, alongY] = [(x[to] as number) - startX, (y[to] as number) - startY];
  const [pointX, pointY] = [(x[place] as number) - startX, (y[place] as number) - startY];
  const length = alongX * alongX + alongY * alongY;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, (pointX * alongX + pointY * alongY) / length));
  return Math.hypot(pointX - share * alongX, pointY - share * alongY);
}
