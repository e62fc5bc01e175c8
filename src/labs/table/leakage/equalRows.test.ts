import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import { equalRows, foldIds } from "./equalRows.js";

describe("equal rows", () => {
  it("have one number, missing cells and both zeros too", () => {
    const x = new Matrix(6, 2, Float64Array.of(1, NaN, 0, 2, 1, NaN, -0, 2, 1, 3, 0, 2));
    expect(equalRows(x)).toEqual({ ids: Int32Array.of(0, 1, 0, 1, 2, 1), distinct: 3 });
    expect(equalRows(x.select({ rows: [4, 2, 0] }))).toEqual({ ids: Int32Array.of(0, 1, 1), distinct: 2 });
  });

  it("are found as comparing all finds them", () => {
    const generator = new Generator(8);
    for (let trial = 0; trial < 20; trial++) {
      const [rows, columns] = [1 + generator.integer(300), 1 + generator.integer(3)];
      const data = Float64Array.from(
        { length: rows * columns },
        () => generator.integer(6) - 1 || Number.NaN,
      );
      const seen = new Map<string, number>();
      const expected = Int32Array.from({ length: rows }, (_, i) => {
        const key = data.slice(i * columns, (i + 1) * columns).join();
        seen.set(key, seen.get(key) ?? seen.size);
        return seen.get(key) as number;
      });
      expect(equalRows(new Matrix(rows, columns, data))).toEqual({ ids: expected, distinct: seen.size });
    }
  });

  it("stay in one fold with their groups, unless most rows are equal", () => {
    const equal = { ids: Int32Array.of(0, 1, 0, 2, 3), distinct: 4 };
    expect(foldIds(equal)).toBe(equal.ids);
    expect(foldIds(equal, Int32Array.of(0, 0, 1, 2, 1))).toEqual(Int32Array.of(0, 0, 0, 1, 0));
    expect(foldIds({ ids: Int32Array.of(0, 1, 2), distinct: 3 })).toBeUndefined();
    expect(foldIds({ ids: Int32Array.of(0, 0, 0), distinct: 1 })).toBeUndefined();
    const groups = Int32Array.of(0, 1, 0);
    expect(foldIds({ ids: Int32Array.of(0, 0, 0), distinct: 1 }, groups)).toBe(groups);
  });
});
