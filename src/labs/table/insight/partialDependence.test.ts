import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import type { TableColumn } from "../table.js";
import { gridOf } from "./gridOf.js";
import { partialDependence } from "./partialDependence.js";
import { matrixFrom, numberColumn, predictorOf } from "./testing/predictors.js";

const columns: TableColumn[] = [
  numberColumn("a"),
  { kind: "category", name: "kind", levels: ["p", "q", "r"] },
  { kind: "date", name: "when", order: "iso", hasTime: false },
  numberColumn("constant"),
];
const x = matrixFrom(60, (row) => [row % 6, row % 10 === 0 ? 1 : 0, 19_000 + row, 4]);
const squares = predictorOf(([a = 0, kind = 0, when = 0]) => 2 * a * a + 10 * kind + (when - 19_000));

describe("partial dependence", () => {
  it("of a known function is exact", async () => {
    const { columns: found, ...facts } = await partialDependence({
      ...{ columns, x, predictor: squares, among: [1, 0, 2, 3], points: 6, random: new Generator(0) },
    });
    expect(facts).toEqual({ rows: 60, endedEarly: false });
    expect(found.map(({ name }) => name)).toEqual(["kind", "a", "when"]);
    const mean = { square: (2 * (0 + 1 + 4 + 9 + 16 + 25)) / 6, kind: 1, when: 29.5 };
    const [kind, a, when] = found as [(typeof found)[0], (typeof found)[0], (typeof found)[0]];
    expect(kind.labels).toEqual(["p", "q"]);
    expect(kind.shares?.map((share) => Number(share.toFixed(3)))).toEqual([0.9, 0.1]);
    [0, 10].forEach((effect, point) => {
      expect(kind.mean[point]?.[0]).toBeCloseTo(effect + mean.square + mean.when, 10);
    });
    expect(a.values).toEqual([0, 1, 2, 3, 4, 5]);
    a.values.forEach((value, point) => {
      expect(a.mean[point]?.[0]).toBeCloseTo(2 * value ** 2 + mean.kind + mean.when, 10);
    });
    expect(a.individuals.length).toBe(10);
    for (const curve of a.individuals) {
      expect((curve[5]?.[0] as number) - (curve[0]?.[0] as number)).toBeCloseTo(50, 10);
    }
    expect(when.values.length).toBe(6);
    expect(when.labels[0]).toBe("2022-01-13");
  });

  it("of two classes is of class 1, of more of each", async () => {
    const two = predictorOf(([a = 0]) => [1 - a / 10, a / 10]);
    const three = predictorOf(([a = 0]) => [a / 10, 0.25, 0.75 - a / 10]);
    const options = { columns, x, among: [0], random: new Generator(0) };
    const binary = await partialDependence({ ...options, predictor: two, classes: 2 });
    expect(binary.columns[0]?.mean[5]).toEqual([0.5]);
    const several = await partialDependence({ ...options, predictor: three, classes: 3, mostRows: 20 });
    expect(several.rows).toBe(20);
    expect(several.columns[0]?.mean[5]?.map((p) => Number(p.toFixed(6)))).toEqual([0.5, 0.25, 0.25]);
  });

  it("leaves out what no time is left for", async () => {
    const options = { columns, x, predictor: squares, among: [0], random: new Generator(0) };
    expect(await partialDependence({ ...options, deadline: performance.now() - 1 })).toEqual({
      ...{ columns: [], rows: 60, endedEarly: true },
    });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(partialDependence({ ...options, signal })).rejects.toThrow("enough");
  });
});

describe("points to look at", () => {
  it("lie where the rows are, and are the largest of levels", () => {
    const skewed = Float64Array.from({ length: 1000 }, (_, i) => Math.exp(i / 100));
    const grid = gridOf(numberColumn("n"), skewed, 20, 12);
    expect(grid.length).toBe(20);
    expect(grid[10]).toBe(skewed[525]);
    const levels = Float64Array.of(2, 0, 2, Number.NaN, 1, 2, 1);
    expect(gridOf({ kind: "category", name: "c", levels: ["a", "b", "c"] }, levels, 20, 2)).toEqual([2, 1]);
    expect(gridOf(numberColumn("n"), Float64Array.of(Number.NaN), 20, 12)).toEqual([]);
  });
});
