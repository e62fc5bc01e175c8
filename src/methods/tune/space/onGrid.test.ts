import fc from "fast-check";
import { expect, it } from "vitest";
import { levelOf, type NumberDimension } from "./dimensions.js";
import { gridValue } from "./gridCells.js";
import { onGrid } from "./onGrid.js";
import { choice, float, int, logNormal, normal } from "./parameters.js";
import { numberOf, pointOf } from "./params.js";
import { pointKey } from "./pointKey.js";

it("has the decimals of the step and of the lower bound", () => {
  const level = levelOf({ x: float(0, 1, { step: 0.1 }) });
  const [x] = level.dimensions as [NumberDimension];
  const tenths = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
  expect(tenths.map((_, place) => gridValue(x, place, 11))).toEqual(tenths);
  expect(onGrid({ low: 1e-7, high: 1e-6, step: 1e-7 }, 3.1e-7)).toBe(3e-7);
  expect(onGrid({ low: -0.25, high: 0.75, step: 0.1 }, 0.3499)).toBe(0.35);
  expect(onGrid({ low: 0, high: 1, step: 1 / 3 }, 2)).toBe(1);
  expect(onGrid({ low: 1e-200, high: 3e-200, step: 1e-200 }, 2e-200)).toBe(2e-200);
  expect(onGrid({ low: 1e300, high: 3e300, step: 1e300 }, 2.2e300)).toBe(2e300);
});

it("is the number itself at each of its values", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -5000, max: 5000 }),
      fc.integer({ min: 1, max: 99 }),
      fc.nat(200),
      (a, b, k) => {
        const [low, step] = [a / 100, b / 1000];
        const grid = { low, high: low + 200 * step, step };
        const value = onGrid(grid, low + k * step);
        expect(value).toBe(Math.min(grid.high, Math.round(a * 10 + k * b) / 1000));
        expect(onGrid(grid, value)).toBe(value);
      },
    ),
  );
});

it("takes what somebody gives as the grid's own value", () => {
  const level = levelOf({ x: float(0, 0.3, { step: 0.1 }) });
  expect(pointKey(pointOf(level, { x: 0.1 + 0.2 }))).toBe(pointKey(pointOf(level, { x: 0.3 })));
  for (const x of [0.31, 0.35, 0.4, -0.1]) {
    expect(() => pointOf(level, { x })).toThrow("params.x: expected a number from 0 to 0.3 in steps of 0.1");
  }
  expect(() => pointOf(levelOf({ n: int(1, 2 ** 40) }), { n: 2 ** 39 + 0.5 })).toThrow("params.n");
  expect(() => numberOf("x", logNormal(0, 1), 0)).toThrow("params.x: expected a number above 0, received 0.");
});

it("refuses what would be infinite", () => {
  expect(() => float(-1e308, 1e308)).toThrow("float: -1e+308 and 1e+308 are further apart than the largest");
  expect(() => float(0, 1.7e308, { step: 1.7e308 })).toThrow("half a step of 1.7e+308 beyond 0 or 1.7e+308");
  expect(() => logNormal(0, 300)).toThrow(
    "logNormal: with a mean of 0 and a deviation of 300, values 8 deviations away are not finite.",
  );
  expect(() => logNormal(-700, 10)).toThrow("values 8 deviations away are 0.");
  expect(() => normal(1e308, 1e308)).toThrow("normal: with a mean");
  const level = levelOf({ a: logNormal(0, 80), b: normal(0, 1e300), c: choice([1]) });
  for (const dimension of level.dimensions) {
    if (dimension.kind !== "number") continue;
    for (const place of [0, 1]) {
      const value = dimension.value(place);
      expect(Number.isFinite(value) && value !== 0).toBe(true);
    }
  }
});
