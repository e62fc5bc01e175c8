import { describe, expect, it } from "vitest";
import { ImagoError } from "../../../engine/errors.js";
import { Generator } from "../../../engine/random/generator.js";
import type { TableColumn } from "../table.js";
import { type PermutationImportanceOptions, permutationImportance } from "./permutationImportance.js";
import { foldRows, matrixFrom, numberColumn, predictorOf } from "./testing/predictors.js";

const rows = 400;
const source = new Generator(7);
const draws = source.normals(4 * rows);
const draw = (row: number, j: number): number => draws[4 * row + j] as number;

/** y = 3a + b + twin, with two twins that share their part, and a column that nothing uses. */
const names = ["unused", "a", "b", "twin", "other twin"];
const x = matrixFrom(rows, (row) => [
  draw(row, 0),
  draw(row, 1),
  draw(row, 2),
  draw(row, 3),
  // Nearly the same.
  draw(row, 3) + 0.01 * draw(row, 0),
]);
const linear = predictorOf(([, a = 0, b = 0, twin = 0, other = 0]) => 3 * a + b + (twin + other) / 2);
const variance = (column: Float64Array): number => {
  const mean = column.reduce((sum, value) => sum + value, 0) / rows;
  return column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
};
const given = async (): Promise<PermutationImportanceOptions> => ({
  columns: names.map(numberColumn),
  x,
  y: await linear.predict(x),
  models: foldRows(rows, 5).map((own) => ({ rows: own, predictor: linear })),
  random: new Generator(1),
});

describe("permutation importance", () => {
  it("is twice the variance of what a linear model takes from a column, and 0 for one that it leaves", async () => {
    const { columns, groups, ...facts } = await permutationImportance(await given());
    expect(columns.map(({ name }) => name).slice(0, 2)).toEqual(["a", "b"]);
    expect(columns.at(-1)).toEqual({
      ...{ column: 0, name: "unused", importance: 0, standardError: 0, repeats: 5 },
    });
    const [a, b] = columns as [(typeof columns)[0], (typeof columns)[0]];
    const known = [18 * variance(x.column(1)), 2 * variance(x.column(2))] as const;
    expect(Math.abs(a.importance - known[0])).toBeLessThan(3 * a.standardError);
    expect(Math.abs(b.importance - known[1])).toBeLessThan(3 * b.standardError);
    expect(b.importance).toBeGreaterThan(8 * b.standardError);
    expect(facts).toEqual({
      ...{ loss: "squaredError", risk: 0, rows, heldOutRows: rows, repeats: 5 },
      ...{ endedEarly: false, unknown: [] },
    });
    const group = groups[0] as (typeof groups)[0];
    expect(groups.map((one) => one.names)).toEqual([["twin", "other twin"]]);
    expect(group.association).toBeGreaterThan(0.99);
    // Each twin alone has a quarter of what they have together.
    const twin = columns.find(({ name }) => name === "twin")?.importance as number;
    expect(group.importance / twin).toBeGreaterThan(3.5);
    expect(group.importance / twin).toBeLessThan(4.5);
  });

  it("is the same for the same seed, and another for another", async () => {
    const options = await given();
    const once = await permutationImportance({ ...options, repeats: 1 });
    const { random: _, ...rest } = options;
    expect(await permutationImportance({ ...rest, repeats: 1, random: new Generator(1) })).toEqual(once);
    expect(await permutationImportance({ ...rest, repeats: 1, random: new Generator(2) })).not.toEqual(once);
  });

  it("is of log loss for classes, and of a category by all of its levels", async () => {
    const columns: TableColumn[] = [
      { kind: "category", name: "kind", levels: ["p", "q", "r"] },
      numberColumn("noise"),
    ];
    const kinds = matrixFrom(300, (row) => [row % 3, draw(row, 0)]);
    const sure = predictorOf(([kind = 0]) => [0, 1, 2].map((k) => (k === kind ? 0.98 : 0.01)));
    const found = await permutationImportance({
      ...{ columns, x: kinds, y: kinds.column(0), classes: 3, random: new Generator(0) },
      models: [{ rows: Int32Array.from({ length: 300 }, (_, row) => row), predictor: sure }],
    });
    expect(found.loss).toBe("logLikelihood");
    expect(found.risk).toBeCloseTo(-Math.log(0.98), 10);
    const [first, last] = found.columns as [(typeof found.columns)[0], (typeof found.columns)[0]];
    // Two of three rows get another kind.
    expect(first.importance / (Math.log(98) * (2 / 3))).toBeCloseTo(1, 1);
    expect(last.importance).toBe(0);
  });

  it("counts rows by their weights, draws of many, and takes a row of several models once", async () => {
    const options = await given();
    const all = Int32Array.from({ length: rows }, (_, row) => row);
    const twice = [...options.models, { rows: all, predictor: linear }];
    const drawn = await permutationImportance({ ...options, models: twice, mostRows: 100 });
    expect([drawn.rows, drawn.heldOutRows]).toEqual([100, rows]);
    const whole = await permutationImportance(options);
    const weights = options.y.map((_, row) => Number(row < 100));
    const weighted = await permutationImportance({ ...options, weights });
    const error = whole.columns[0]?.standardError as number;
    // Of a quarter of the rows the error is twice as large.
    expect((weighted.columns[0]?.standardError as number) / error).toBeGreaterThan(1.5);
    expect((weighted.columns[0]?.standardError as number) / error).toBeLessThan(2.7);
  });

  it("works with three rows, each left out alone", async () => {
    const three = x.select({ rows: [0, 1, 2] });
    const found = await permutationImportance({
      ...{ columns: names.map(numberColumn), x: three, y: await linear.predict(three) },
      ...{
        models: foldRows(3, 3).map((own) => ({ rows: own, predictor: linear })),
        random: new Generator(1),
      },
    });
    expect(found.columns[0]?.name).toBe("a");
    expect(found.columns[0]?.importance).toBeGreaterThan(0);
    expect(found.groups).toEqual([]);
  });

  it("ends with the repeats that there was time for, and says which columns are unknown", async () => {
    const options = await given();
    const past = await permutationImportance({ ...options, deadline: performance.now() - 1 });
    expect(past).toMatchObject({ columns: [], groups: [], endedEarly: true, unknown: names });
    const slow = predictorOf(([, a = 0]) => a);
    let calls = 0;
    const clocked = {
      predict: (cells: typeof x) => {
        // The seventh column or group is the last one.
        if (++calls === 8) while (performance.now() < deadline);
        return slow.predict(cells);
      },
    };
    const deadline = performance.now() + 1500;
    const models = [{ rows: Int32Array.from({ length: rows }, (_, row) => row), predictor: clocked }];
    const some = await permutationImportance({ ...options, models, deadline: deadline });
    expect(some.endedEarly).toBe(true);
    expect(some.unknown).toEqual([]);
    expect(some.columns.map(({ repeats }) => repeats)).toContain(2);
    expect(some.columns.map(({ repeats }) => repeats)).toContain(1);
  });

  it("ends by a signal, and refuses what does not fit", async () => {
    const options = await given();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(permutationImportance({ ...options, signal })).rejects.toThrow("enough");
    const refusals: [Partial<PermutationImportanceOptions>, string][] = [
      [{ y: new Float64Array(3) }, "permutationImportance: x must have 3 rows, it has 400."],
      [{ columns: [] }, "permutationImportance: columns must have 5 entries for x's columns, it has 0."],
      [{ models: [] }, "permutationImportance: models have no held-out rows."],
      [{ classes: 2 }, "permutationImportance: y: row 0 is"],
      [{ models: [{ rows: Int32Array.of(400), predictor: linear }] }, "there is no row 400"],
      [{ repeats: 0 }, "permutationImportance: repeats must be a whole number from 1, received 0."],
    ];
    for (const [change, message] of refusals) {
      const call = permutationImportance({ ...options, ...change });
      await expect(call).rejects.toThrow(message);
      await expect(call).rejects.toBeInstanceOf(ImagoError);
    }
  });
});
