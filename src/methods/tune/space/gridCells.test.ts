import { expect, it } from "vitest";
import { levelOf, type NumberDimension } from "./dimensions.js";
import { allValues, cellCount, gridValue, pointCount, pointOfCell } from "./gridCells.js";
import { choice, float, int } from "./parameters.js";
import { pointKey } from "./pointKey.js";

it("counts points with their branches, and gives each once", () => {
  const level = levelOf({
    a: int(1, 40, { log: true }),
    b: choice({ no: {}, yes: { c: choice([1, 2]), d: int(0, 2) } }),
  });
  expect(pointCount(level)).toBe(40 * 7);
  const keys = Array.from({ length: 280 }, (_, cell) => pointKey(pointOfCell(level, allValues, cell)));
  expect(new Set(keys).size).toBe(280);
});

it("takes the middles of equal parts of a continuum, on its own scale", () => {
  const level = levelOf({ x: float(1, 100, { log: true }), y: float(0, 1) });
  expect(pointCount(level)).toBe(Number.POSITIVE_INFINITY);
  expect(cellCount(level, () => 2)).toBe(4);
  const [x, y] = level.dimensions as [NumberDimension, NumberDimension];
  expect([0, 1].map((place) => gridValue(x, place, 2))).toEqual(
    [10 ** 0.5, 10 ** 1.5].map((v) => expect.closeTo(v, 9)),
  );
  expect([0, 1, 2, 3].map((place) => gridValue(y, place, 4))).toEqual([0.125, 0.375, 0.625, 0.875]);
  expect(gridValue(y, 0, 1)).toBe(0.5);
});
