import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Drawing, Stroke } from "./drawing.js";
import { readDrawings } from "./readDrawings.js";
import {
  offsetScale,
  offsetsToStrokes,
  scaleOffsets,
  strokeOffsets,
  unscaleOffsets,
} from "./strokeOffsets.js";

const drawingOf = (...strokes: Stroke[]): Drawing => ({ strokes, word: "", facts: {} });

describe("strokeOffsets", () => {
  it("gives dx, dy and the end of a stroke for each point behind the first", () => {
    const drawing = drawingOf(
      { x: [10, 13, 13], y: [5, 5, 9] },
      { x: [20], y: [0] },
      { x: [0, 1], y: [0, 1] },
    );
    expect([...strokeOffsets(drawing)]).toEqual([
      ...[3, 0, 0],
      ...[0, 4, 1],
      ...[7, -9, 1],
      ...[-20, 0, 0],
      ...[1, 1, 1],
    ]);
  });

  it("is turned back, but for the lifted pen of a dot at the beginning", () => {
    // Whole numbers, of which float32 loses nothing.
    const value = fc.integer({ min: -1000, max: 1000 });
    const points = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 6 });
    const strokes = fc
      .array(points, { minLength: 1, maxLength: 5 })
      .filter(([first]) => (first?.length ?? 0) > 1);
    fc.assert(
      fc.property(strokes, (all) => {
        const given = all.map((one) => ({ x: one.map(([x]) => x), y: one.map(([, y]) => y) }));
        const start = all[0]?.[0] as [number, number];
        expect(offsetsToStrokes(strokeOffsets(drawingOf(...given)), { start })).toEqual(given);
      }),
    );
    expect(offsetsToStrokes(strokeOffsets(drawingOf({ x: [1], y: [1] }, { x: [2, 3], y: [1, 1] })))).toEqual([
      { x: [0, 1, 2], y: [0, 0, 0] },
    ]);
  });

  it("refuses a single point, and what is no drawing", () => {
    expect(() => strokeOffsets(drawingOf({ x: [1], y: [1] }))).toThrow(
      "strokeOffsets: a drawing needs two points or more, received one.",
    );
    expect(() => strokeOffsets(drawingOf())).toThrow("strokeOffsets: drawing must be a drawing");
    expect(() => strokeOffsets(drawingOf({ x: [1, Number.POSITIVE_INFINITY], y: [1, 1] }))).toThrow(
      "must be a drawing",
    );
  });
});

describe("offsetsToStrokes", () => {
  it("ends with what is written last, lifted or not", () => {
    expect(offsetsToStrokes([1, 0, 0, 1, 1, 1, 5, 5, 0])).toEqual([
      { x: [0, 1, 2], y: [0, 0, 1] },
      { x: [7], y: [6] },
    ]);
    expect(offsetsToStrokes([])).toEqual([{ x: [0], y: [0] }]);
    expect(offsetsToStrokes([1, 2, 1], { start: [10, 20] })).toEqual([{ x: [10, 11], y: [20, 22] }]);
  });

  it.each([[[1, 2]], [[1, 2, Number.NaN]], ["offsets"], [undefined]])("refuses %j", (offsets) => {
    expect(() => offsetsToStrokes(offsets as never)).toThrow(
      /offsetsToStrokes: offsets .*an array of finite numbers/,
    );
  });

  it("refuses a start that is no point", () => {
    expect(() => offsetsToStrokes([], { start: [1] })).toThrow(
      "offsetsToStrokes: start must be x and y, received 1 numbers.",
    );
  });
});

describe("offsetScale", () => {
  it("is the standard deviations over all points", () => {
    // dx 1, 3, 5: mean 3, squares 4 + 0 + 4 of 3 points. dy 0, 0, 3: mean 1, squares 1 + 1 + 4.
    const [x, y] = offsetScale([
      [1, 0, 0, 3, 0, 1],
      [5, 3, 1],
    ]);
    expect(x).toBeCloseTo(Math.sqrt(8 / 3), 12);
    expect(y).toBeCloseTo(Math.sqrt(2), 12);
  });

  it("loses nothing far from 0", () => {
    const [x] = offsetScale([[1e8, 1, 0, 1e8 + 2, 2, 0]]);
    expect(x).toBe(1);
  });

  it("refuses what has no deviation", () => {
    expect(() => offsetScale([])).toThrow(
      "offsetScale: there are no points, so that they have no deviation. Hand over",
    );
    expect(() => offsetScale([[1, 0, 0, 2, 0, 1]])).toThrow("offsetScale: dy of all 2 points are the same");
    expect(() => offsetScale([[1, 2]])).toThrow(
      "offsetScale: items[0] must be an array of finite numbers, three for each",
    );
  });
});

describe("scaleOffsets", () => {
  it("divides, keeps within ±20, and leaves the pen alone", () => {
    expect([...scaleOffsets([10, -10, 1, 1000, -1000, 0], [5, 2])]).toEqual([2, -5, 1, 20, -20, 0]);
    expect([...unscaleOffsets([2, -5, 1], [5, 2])]).toEqual([10, -10, 1]);
  });

  it.each([[[1]], [[0, 1]], [[1, Number.NaN]], ["ab"]])("refuses the scale %j", (scale) => {
    expect(() => scaleOffsets([], scale as never)).toThrow(
      "scaleOffsets: scale must be the standard deviations of dx and dy, both above 0",
    );
    expect(() => unscaleOffsets([], scale as never)).toThrow("unscaleOffsets: scale must be");
  });
});

const folder = process.env.IMAGO_DATA === undefined ? undefined : join(process.env.IMAGO_DATA, "sequences");
const file = folder === undefined ? "" : join(folder, "handwriting_words_train.ndjson");

describe.skipIf(!existsSync(file))("12,000 words (IMAGO_DATA)", () => {
  it("have 991,699 offsets with deviations of 63.845 and 53.080", () => {
    const { drawings } = readDrawings(readFileSync(file, "utf8"));
    const items = drawings.map(strokeOffsets);
    expect(items.reduce((sum, { length }) => sum + length / 3, 0)).toBe(991_699);
    const [x, y] = offsetScale(items);
    expect(x).toBeCloseTo(63.84524, 4);
    expect(y).toBeCloseTo(53.07994, 4);
  });
});
