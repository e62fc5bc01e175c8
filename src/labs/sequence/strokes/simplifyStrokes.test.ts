import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Drawing } from "./drawing.js";
import { simplifyStrokes } from "./simplifyStrokes.js";

const drawingOf = (...points: (readonly [number, number])[]): Drawing => ({
  strokes: [{ x: points.map(([x]) => x), y: points.map(([, y]) => y) }],
  word: "w",
  facts: { hand: "h" },
});
const pointsOf = (drawing: Drawing): [number, number][] =>
  drawing.strokes.flatMap(({ x, y }) => x.map((value, at): [number, number] => [value, y[at] as number]));

/** From a point to the nearest of a line's parts. */
function offPath([x, y]: [number, number], path: readonly [number, number][]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at + 1 < path.length; at++) {
    const [[ax, ay], [bx, by]] = path.slice(at, at + 2) as [[number, number], [number, number]];
    // Many points along the part, instead of the formula that is tested.
    for (let share = 0; share <= 1; share += 1 / 512) {
      least = Math.min(least, Math.hypot(ax + share * (bx - ax) - x, ay + share * (by - ay) - y));
    }
  }
  return least;
}

describe("simplifyStrokes", () => {
  it("drops points on the line between others, and none else, without a tolerance", () => {
    const drawing = drawingOf([0, 0], [1, 1], [2, 2], [3, 2], [3, 2], [3, 5]);
    expect(pointsOf(simplifyStrokes(drawing))).toEqual([
      [0, 0],
      [2, 2],
      [3, 2],
      [3, 5],
    ]);
    expect(simplifyStrokes(drawing)).toMatchObject({ word: "w", facts: { hand: "h" } });
  });

  it("keeps the point that is furthest from the line, and goes on at both sides", () => {
    const drawing = drawingOf([0, 0], [2, 1], [4, 4], [6, 1], [8, 0]);
    expect(pointsOf(simplifyStrokes(drawing, { tolerance: 1 }))).toEqual([
      [0, 0],
      [4, 4],
      [8, 0],
    ]);
    expect(pointsOf(simplifyStrokes(drawing, { tolerance: 0.5 }))).toHaveLength(5);
    expect(pointsOf(simplifyStrokes(drawing, { tolerance: 4 }))).toEqual([
      [0, 0],
      [8, 0],
    ]);
  });

  it("stays within the tolerance", () => {
    const value = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 12 }),
        fc.integer({ min: 1, max: 20 }),
        (points, tolerance) => {
          const kept = pointsOf(simplifyStrokes(drawingOf(...points), { tolerance }));
          expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
          for (const point of points) expect(offPath(point, kept)).toBeLessThanOrEqual(tolerance + 0.1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("drops points that are near the last one kept, but the first and the last", () => {
    const drawing = drawingOf([0, 0], [10, 3], [34, 0], [35, 10], [60, 0], [71, 0], [72, 9]);
    // 35 from 0: √(35² + 10²) = 36.4. From there 60, 0 is 26.9 away, 71, 0 is 37.4. The last stays.
    expect(pointsOf(simplifyStrokes(drawing, { distance: 35 }))).toEqual([
      [0, 0],
      [35, 10],
      [71, 0],
      [72, 9],
    ]);
  });

  it("keeps dots, closed lines and times", () => {
    const dot = { strokes: [{ x: [1], y: [2], t: [7] }], word: "", facts: {} };
    expect(simplifyStrokes(dot, { distance: 9, tolerance: 9 })).toEqual(dot);
    const ring = drawingOf([0, 0], [10, 0], [10, 10], [0, 10], [0, 0]);
    expect(pointsOf(simplifyStrokes(ring, { tolerance: 2 }))).toHaveLength(5);
    const timed = {
      strokes: [{ x: [0, 1, 2, 2], y: [0, 0, 0, 9], t: [0, 10, 20, 30] }],
      word: "",
      facts: {},
    };
    expect(simplifyStrokes(timed).strokes).toEqual([{ x: [0, 2, 2], y: [0, 0, 9], t: [0, 20, 30] }]);
  });

  it("takes long strokes", () => {
    const x = Array.from({ length: 200_000 }, (_, at) => at);
    const long = { strokes: [{ x, y: x.map((value) => value % 2) }], word: "", facts: {} };
    expect(simplifyStrokes(long, { tolerance: 2 }).strokes[0]?.x).toEqual([0, 199_999]);
  });

  it("refuses what is no drawing, and bad options", () => {
    expect(() => simplifyStrokes({} as never)).toThrow("simplifyStrokes: drawing must be a drawing");
    expect(() => simplifyStrokes(drawingOf([0, 0]), { tolerance: -1 })).toThrow(
      "simplifyStrokes: tolerance must be a number from 0, received -1.",
    );
    expect(() => simplifyStrokes(drawingOf([0, 0]), { tolerence: 1 } as never)).toThrow(
      'Did you mean "tolerance"?',
    );
  });
});
