import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { foldCount } from "./foldCount.js";
import { makeFolds } from "./folds.js";

const sizes = (folds: ReturnType<typeof makeFolds>): number[] =>
  folds.map(({ validation }) => validation.length);

describe("folds", () => {
  it("hold each row once, and differ in size by one at most", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 60 }),
        fc.integer({ min: 2, max: 4 }),
        fc.nat(100),
        (rows, folds, seed) => {
          const made = makeFolds(rows, { folds, random: new Generator(seed) });
          const all = made.flatMap(({ validation }) => [...validation]).sort((a, b) => a - b);
          expect(all).toEqual(Array.from({ length: rows }, (_, row) => row));
          expect(Math.max(...sizes(made)) - Math.min(...sizes(made))).toBeLessThanOrEqual(1);
          for (const { training, validation } of made) {
            expect(training.length + validation.length).toBe(rows);
            expect([...training].some((row) => validation.includes(row))).toBe(false);
          }
        },
      ),
    );
  });

  it("are a function of the generator", () => {
    const drawn = (seed: number) => makeFolds(20, { folds: 4, random: new Generator(seed) });
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });

  it("deal each class by itself", () => {
    const strata = Array.from({ length: 30 }, (_, row) => (row < 6 ? 1 : 0));
    for (const { validation } of makeFolds(30, { folds: 3, strata })) {
      expect([...validation].filter((row) => strata[row] === 1)).toHaveLength(2);
      expect(validation).toHaveLength(10);
    }
  });

  it("do not tear clusters, and balance their classes as well as they can", () => {
    const ids = Array.from({ length: 40 }, (_, row) => `c${Math.floor(row / 4)}`);
    const strata = ids.map((id) => (["c0", "c1"].includes(id) ? 1 : 0));
    for (const options of [{ ids }, { ids, strata }]) {
      const made = makeFolds(40, { folds: 2, ...options });
      for (const { validation, training } of made) {
        const inside = new Set([...validation].map((row) => ids[row]));
        expect([...training].some((row) => inside.has(ids[row]))).toBe(false);
        if ("strata" in options) expect([...validation].filter((row) => strata[row] === 1)).toHaveLength(4);
      }
    }
  });

  it("by time predict from the past alone", () => {
    const made = makeFolds(10, { folds: 4, byTime: true });
    expect(made.map(({ training, validation }) => [training.length, [...validation]])).toEqual([
      [2, [2, 3]],
      [4, [4, 5]],
      [6, [6, 7]],
      [8, [8, 9]],
    ]);
  });

  it("may be given", () => {
    expect(makeFolds(4, { validationRows: [[3, 0], [1]] }).map(({ training }) => [...training])).toEqual([
      [1, 2],
      [0, 2, 3],
    ]);
  });

  it.each([
    [{ rows: 20 }, 20],
    [{ rows: 300 }, 20],
    [{ rows: 3000 }, 10],
    [{ rows: 7000 }, 5],
    [{ rows: 20_000 }, 2],
    [{ rows: 20_000, rarest: 30 }, 20],
    [{ rows: 20_000, rarest: 1 }, 5],
    [{ rows: 1000, clusters: 12 }, 12],
  ])("are as many as the effective sample size asks: %j", (facts, count) => {
    expect(foldCount(facts)).toBe(count);
  });

  it.each([
    [() => makeFolds(3, { folds: 4 }), "folds: 3 rows cannot be divided into 4 folds."],
    [() => makeFolds(4, { ids: [1, 1, 1, 1] }), "folds: 1 clusters of rows cannot be divided into 2 folds."],
    [() => makeFolds(4, { ids: [1] }), "folds: there are 1 ids for 4 rows; they must be as many."],
    [() => makeFolds(4, { folds: 1 }), "folds: folds must be a whole number from 2, received 1."],
    [() => makeFolds(4, { validationRows: [[0], [0]] }), "folds: row 0 is in two of validationRows."],
    [
      () => makeFolds(4, { validationRows: [[0], [4]] }),
      "folds: validationRows[1] names row 4 of 4, counted from 0.",
    ],
    [() => makeFolds(4, { validationRows: [[0], []] }), "folds: validationRows[1] is empty."],
    [() => makeFolds(4, null as never), "folds: options must be an object, received null."],
  ])("%#", (call, message) => {
    expect(call).toThrow(message);
  });
});

it.each([Number.NaN, -1, 1.5, "3", undefined])("is not made of %j rows", (rows) => {
  expect(() => makeFolds(rows as never)).toThrow("folds: rows ");
});
