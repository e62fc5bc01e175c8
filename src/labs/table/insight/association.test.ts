import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import type { TableColumn } from "../table.js";
import { association, comparable } from "./association.js";
import { correlatedGroups } from "./correlatedGroups.js";
import { numberColumn } from "./testing/predictors.js";

const category = (levels: number): TableColumn => ({
  ...{ kind: "category", name: "c" },
  levels: Array.from({ length: levels }, (_, k) => `${k}`),
});
const numbers = (...values: number[]) => comparable(numberColumn("n"), Float64Array.from(values));
const codes = (levels: number, values: readonly number[]) =>
  comparable(category(levels), Float64Array.from(values));

describe("associations", () => {
  it("of numbers are Spearman's, whatever is missing", () => {
    const rising = Array.from({ length: 20 }, (_, i) => i);
    const curved = numbers(...rising.map((i) => Math.exp(i / 3)));
    expect(association(numbers(...rising), curved)).toBeCloseTo(1, 12);
    expect(association(numbers(...rising.map((i) => -i)), curved)).toBeCloseTo(1, 12);
    const gaps = numbers(...rising.map((i) => (i % 4 === 0 ? Number.NaN : i)));
    // Ranks are those among all cells of a column, so it is a little less than 1.
    expect(association(gaps, curved)).toBeGreaterThan(0.998);
    // 1 − 6 Σ d² / (n (n² − 1)), ten pairs changed places.
    const swapped = rising.map((i) => i + (i % 2 === 0 ? 1 : -1));
    expect(association(numbers(...rising), numbers(...swapped))).toBeCloseTo(1 - (6 * 20) / (20 * 399), 12);
    expect(association(numbers(...rising), numbers(...rising.map(() => 3)))).toBe(0);
    expect(association(numbers(1, 2, 3), numbers(1, 2, 3))).toBe(0);
  });

  it("of categories are Cramér's V less its bias", () => {
    const cells = [
      ...Array.from({ length: 30 }, () => [0, 0]),
      ...Array.from({ length: 5 }, () => [0, 1]),
      ...Array.from({ length: 4 }, () => [1, 0]),
      ...Array.from({ length: 21 }, () => [1, 1]),
    ] as [number, number][];
    const [a, b] = [
      codes(
        2,
        cells.map(([one]) => one),
      ),
      codes(
        3,
        cells.map(([, other]) => other),
      ),
    ];
    expect(association(a, b)).toBeCloseTo(0.687104705981, 10);
    expect(association(a, a)).toBeCloseTo(1, 10);
    // Levels as many as rows tell nothing.
    const own = codes(
      40,
      Array.from({ length: 40 }, (_, i) => i),
    );
    const other = codes(
      40,
      Array.from({ length: 40 }, (_, i) => (i * 7) % 40),
    );
    expect(association(own, other)).toBe(0);
  });

  it("between the kinds are correlation ratios of ranks", () => {
    const kinds = Array.from({ length: 60 }, (_, i) => i % 3);
    const apart = numbers(...kinds.map((kind, i) => 100 * kind + i));
    expect(association(codes(3, kinds), apart)).toBeGreaterThan(0.9);
    expect(association(apart, codes(3, kinds))).toBe(association(codes(3, kinds), apart));
    const noise = new Generator(4).normals(60);
    expect(association(codes(3, kinds), numbers(...noise))).toBeLessThan(0.4);
  });

  it("make groups, whose weakest link is told", () => {
    const noise = new Generator(5).normals(800);
    const at = (row: number, j: number): number => noise[4 * row + j] as number;
    const rows = Array.from({ length: 200 }, (_, row) => {
      const [a, b] = [at(row, 0), at(row, 1)];
      return [a, b, a + 0.1 * at(row, 2), a + 0.4 * at(row, 3), -b];
    });
    const x = new Matrix(200, 5, Float64Array.from(rows.flat()));
    const found = correlatedGroups(["a", "b", "c", "d", "e"].map(numberColumn), x, [0, 1, 2, 3, 4]);
    expect(found.map(({ columns }) => columns)).toEqual([
      [0, 2, 3],
      [1, 4],
    ]);
    expect(found[0]?.association).toBeLessThan(0.96);
    expect(found[0]?.association).toBeGreaterThan(0.8);
    expect(found[1]?.association).toBeCloseTo(1, 12);
  });
});
