import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import { areCopies, equalRows, foldIds } from "./equalRows.js";

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

  it("are copies where chance would not give so many", () => {
    const random = new Generator(3);
    const areSo = (rows: readonly (readonly number[])[]): boolean => {
      const x = new Matrix(
        rows.length,
        rows[0]!.length - 1,
        Float64Array.from(rows.flatMap((row) => row.slice(0, -1))),
      );
      return areCopies(
        x,
        equalRows(x),
        Float64Array.from(rows, (row) => row.at(-1) as number),
      );
    };
    const drawn = (make: () => number[], count = 300): number[][] => Array.from({ length: count }, make);
    const numbers = drawn(() => [random.normal(), random.normal(), random.normal()], 90);
    // Ninety rows of noise, drawn three hundred times.
    expect(areSo(drawn(() => numbers[random.integer(90)] as number[]))).toBe(true);
    expect(areSo(drawn(() => (numbers[random.integer(90)] as number[]).slice(1)))).toBe(true);
    expect(areSo([...numbers, numbers[3] as number[]])).toBe(true);
    // Three categories of three, and one of numbers with two digits.
    const level = (): number => random.integer(3);
    expect(areSo(drawn(() => [level(), level(), level(), random.normal()]))).toBe(false);
    expect(areSo(drawn(() => [level(), level(), level(), level()]))).toBe(false);
    expect(areSo(drawn(() => [Math.round(100 * random.normal()) / 100, random.normal()]))).toBe(false);
    expect(areSo(numbers)).toBe(false);
  });

  it("stay in one fold with their groups where they are copies", () => {
    // Pairs of equal rows, which chance does not give.
    const numbers = [0.1, 0.2, 0.1, 0.3, 0.4, 0.5, 0.6, 0.7];
    const x = new Matrix(8, 2, Float64Array.from(numbers.flatMap((value) => [value, 7 * value])));
    const y = Float64Array.from(numbers);
    const equal = equalRows(x);
    expect(foldIds(x, equal, y)).toBe(equal.ids);
    expect(foldIds(x, equal, y, Int32Array.of(0, 0, 1, 2, 1, 3, 3, 3))).toEqual(
      Int32Array.of(0, 0, 0, 1, 0, 2, 2, 2),
    );
    // Two groups are too few to judge by.
    const groups = Int32Array.of(0, 0, 1, 2, 1, 2, 2, 2);
    expect(foldIds(x, equal, y, groups)).toBe(groups);
    const different = new Matrix(3, 1, Float64Array.of(1, 2, 3));
    expect(foldIds(different, equalRows(different), y.subarray(0, 3))).toBeUndefined();
  });
});
