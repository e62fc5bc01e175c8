import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import type { FitOutcome } from "../../../methods/ensemble/superLearner/fitJob.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import type { TableColumn } from "../table.js";
import { divided, rowsWithin } from "./budget.js";
import type { FitStore } from "./fitStore.js";
import type { TableTrainingOptions } from "./options.js";
import { costOfSubsets, pairKey, subsetsOf, tableDivision } from "./subsets.js";
import { trainTable } from "./trainTable.js";

const columns: TableColumn[] = [
  { kind: "number", name: "a", decimal: "." },
  { kind: "number", name: "b", decimal: "." },
];

/** y = 2 a − b + noise. */
function drawn(rows: number, seed = 5): Pick<TableTrainingOptions, "table" | "y"> {
  const random = new Generator(seed);
  const data = Float64Array.from({ length: rows * 2 }, () => random.normal());
  const y = Float64Array.from(
    { length: rows },
    (_, i) => 2 * (data[2 * i] as number) - (data[2 * i + 1] as number) + 0.3 * random.normal(),
  );
  return { table: { columns, x: new Matrix(rows, 2, data) }, y };
}

const quick = {
  task: "regression",
  time: 60_000,
  workers: 0,
  learners: ["mean", "ridge", "neighbours"],
} as const;

class Kept implements FitStore {
  readonly fits = new Map<string, FitOutcome>();
  get(key: string): Promise<FitOutcome | undefined> {
    return Promise.resolve(this.fits.get(key));
  }
  put(key: string, outcome: FitOutcome): Promise<void> {
    this.fits.set(key, outcome);
    return Promise.resolve();
  }
}

describe("subsets", () => {
  const folds = [[0, 3], [1, 4], [2]].map((validation) => ({
    validation: Int32Array.from(validation),
    training: Int32Array.from([0, 1, 2, 3, 4].filter((row) => !validation.includes(row))),
  }));

  it("leave out each fold and each two of them", () => {
    const { singles, pairs, all } = subsetsOf(5, [folds], false);
    expect(singles.map(({ key, training }) => [key, ...training])).toEqual([
      ["0", 1, 2, 4],
      ["1", 0, 2, 3],
      ["2", 0, 1, 3, 4],
    ]);
    expect(pairs.map(({ key, training, unseen }) => [key, [...training], [...unseen]])).toEqual([
      ["0+1", [2], [0, 1, 3, 4]],
      ["0+2", [1, 4], [0, 2, 3]],
      ["1+2", [0, 3], [1, 2, 4]],
    ]);
    expect([...all.training]).toEqual([0, 1, 2, 3, 4]);
    expect(pairKey(2, 1)).toBe("1+2");
    expect(costOfSubsets(subsetsOf(5, [folds], false))).toBeCloseTo(1 + (3 + 3 + 4 + 1 + 2 + 2) / 5);
  });

  it("are no pairs where folds follow each other in time, nor of two folds", () => {
    expect(subsetsOf(5, [folds], true).pairs).toEqual([]);
    expect(subsetsOf(5, [folds.slice(0, 2)], false).pairs).toEqual([]);
  });

  it("of several divisions are pairs of folds of the same one", () => {
    const { singles, pairs, all } = subsetsOf(5, [folds, folds.toReversed()], false);
    expect(singles.map(({ key, unseen }) => [key, ...unseen])).toEqual([
      ["0", 0, 3],
      ["1", 1, 4],
      ["2", 2],
      ["3", 2],
      ["4", 1, 4],
      ["5", 0, 3],
    ]);
    expect(pairs.map(({ key }) => key)).toEqual(["0+1", "0+2", "1+2", "3+4", "3+5", "4+5"]);
    expect([...(pairs[3] as { unseen: Int32Array }).unseen]).toEqual([1, 2, 4]);
    expect(all.training).toHaveLength(5);
  });

  it("are more of few rows, where there is time", () => {
    const of = (rows: number, units: number, minutes: number) => {
      const { folds: count, times } = tableDivision(rows, units, minutes * 60_000);
      return [count, times];
    };
    expect([8, 40, 300, 500, 5_000, 50_000].map((rows) => of(rows, rows, 5))).toEqual([
      [8, 1],
      [10, 3],
      [5, 3],
      [10, 1],
      [5, 1],
      [3, 1],
    ]);
    expect(of(300, 300, 1)).toEqual([5, 1]);
    expect(of(500, 500, 1)).toEqual([5, 1]);
    expect(of(300, 4, 5)).toEqual([4, 1]);
  });
});

describe("time", () => {
  it("goes from those who need little to the others, by their shares", () => {
    expect(divided(1000, [10, 1000, 1000, undefined], [1, 1, 2, 1])).toEqual([10, 230, 460, 0]);
    expect(divided(1000, [10, 20], [1, 1])).toEqual([10, 20]);
  });

  it("says from how many rows a learner can learn in it", () => {
    const trial = { milliseconds: 100, rows: 4_000 };
    expect(rowsWithin(trial, 1_000, 10, 1, 4_000)).toBe(4_000);
    expect(rowsWithin(trial, 10_000, 10, 1, 100_000)).toBe(40_000);
    expect(rowsWithin(trial, 10_000, 10, 2, 100_000)).toBe(12_649);
    expect(rowsWithin(trial, 100, 10, 1, 100_000)).toBe(0);
    expect(rowsWithin(trial, 100, 10, 1, 400)).toBe(400);
  });
});

describe("a table's super learner", () => {
  it("weighs its learners, and judges them on rows that nothing of it has seen", async () => {
    const given = drawn(120);
    const trained = await trainTable({ ...given, ...quick });
    expect(trained.folds).toBe(5);
    expect(trained.learners.map(({ name }) => name)).toEqual(["mean", "ridge", "neighbours"]);
    expect(trained.learners.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
    const [whole, single, mean, ridge] = trained.honest?.squaredError ?? [];
    expect(trained.discrete).toBe("ridge");
    expect(whole?.risk).toBeLessThan(0.2);
    expect(single?.risk).toBeLessThan(0.2);
    expect(ridge?.risk).toBeLessThan(0.2);
    expect(mean?.risk).toBeGreaterThan(4);
    // The risk is that of the predictions that it gives.
    const errors = given.y.map((y, row) => (y - (trained.predictions[row] as number)) ** 2);
    expect(errors.reduce((a, b) => a + b) / 120).toBeCloseTo(whole?.risk ?? 0, 12);
    expect(trained.judged).toHaveLength(120);
  });

  it("divides few rows several times, and judges each by the mean of what is predicted of it", async () => {
    const given = drawn(60);
    const trained = await trainTable({ ...given, ...quick, time: 180_000 });
    expect([trained.folds, trained.divisions, trained.outer.length]).toEqual([5, 3, 5]);
    expect(trained.members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
    const once = await trainTable({ ...given, ...quick });
    const [several, single] = [trained, once].map(({ honest }) => honest?.squaredError?.[0]);
    // Three predictions of a row say little more of the whole than one: the error stays that of 60 rows.
    expect(several?.standardError).toBeGreaterThan(0.7 * (single?.standardError as number));
    expect(several?.risk).toBeCloseTo(single?.risk as number, 1);
    expect(trained.predictions).toHaveLength(60);
    expect(trained.judged).toHaveLength(60);
    // Of the first division alone.
    const errors = given.y.map((y, row) => (y - (trained.predictions[row] as number)) ** 2);
    const first = errors.reduce((a, b) => a + b) / 60;
    expect(Math.abs(first - (several?.risk as number))).toBeLessThan(several?.standardError as number);
  });

  it("predicts the rows of a fold by what was found without it", async () => {
    const given = drawn(90);
    const y = given.y.slice();
    const before = await trainTable({ ...given, ...quick });
    const fold = (before.outer[0] as { rows: Int32Array }).rows;
    for (const row of fold) y[row] = 1_000;
    const after = await trainTable({ ...given, ...quick, y });
    for (const row of fold) expect(after.predictions[row]).toBe(before.predictions[row]);
    const other = (before.outer[1] as { rows: Int32Array }).rows[0] as number;
    expect(after.predictions[other]).not.toBe(before.predictions[other]);
  });

  it("gives the same numbers again, and after an interruption without the fits that were made", async () => {
    const given = drawn(80);
    const whole = await trainTable({ ...given, ...quick });
    const store = new Kept();
    const stop = new AbortController();
    const onFit = (): void => {
      if (store.fits.size >= 20) stop.abort(new Error("enough"));
    };
    await expect(trainTable({ ...given, ...quick, store, onFit, signal: stop.signal })).rejects.toThrow(
      "enough",
    );
    const made = [...store.fits.keys()];
    expect(made.length).toBeGreaterThanOrEqual(20);
    const fitted: string[] = [];
    const again = await trainTable({ ...given, ...quick, store: new CountingStore(store, fitted) });
    expect(again.predictions).toEqual(whole.predictions);
    expect(again.members).toEqual(whole.members);
    expect(fitted.filter((key) => made.includes(key))).toEqual([]);
  });

  it("keeps groups together, and follows time where rows stand in its order", async () => {
    const given = drawn(100);
    const groups = Array.from({ length: 100 }, (_, row) => `g${row % 20}`);
    const grouped = await trainTable({ ...given, ...quick, groups });
    for (const { rows } of grouped.outer) {
      const inside = new Set(Array.from(rows, (row) => groups[row]));
      expect(rows).toHaveLength(groups.filter((group) => inside.has(group)).length);
    }
    const timed = await trainTable({ ...given, ...quick, byTime: true });
    // Of the first block there are no predictions, of the second none that were weighed before it.
    expect(timed.judged[0]).toBeGreaterThan(20);
    expect(timed.outer.length).toBe(timed.folds - 1);
  });

  it("is compared with the weighted mean of the other folds, whatever learners there were time for", async () => {
    const given = drawn(60);
    const weights = Float64Array.from({ length: 60 }, (_, row) => row % 3);
    const { outer, baseline } = await trainTable({ ...given, ...quick, learners: ["ridge"], weights });
    for (const { rows } of outer) {
      const inside = new Set(rows);
      let [sum, total] = [0, 0];
      given.y.forEach((value, row) => {
        if (inside.has(row)) return;
        sum += (weights[row] as number) * value;
        total += weights[row] as number;
      });
      for (const row of rows) expect(baseline[row]).toBeCloseTo(sum / total, 10);
    }
  });

  it("learns classes, two and more", async () => {
    const { table, y } = drawn(150);
    const binary = await trainTable({
      ...{ table, task: "binary", classes: 2, time: 60_000, workers: 0 },
      y: y.map((value) => (value > 0 ? 1 : 0)),
      learners: ["mean", "logistic", "ridge"],
      metric: "logLoss",
    });
    expect(binary.predictions).toHaveLength(150);
    expect(binary.honest?.auc?.[0]?.risk).toBeLessThan(0.1);
    const three = await trainTable({
      ...{ table, task: "classes", classes: 3, time: 60_000, workers: 0 },
      y: y.map((value) => (value > 1 ? 2 : value > -1 ? 1 : 0)),
      learners: ["mean", "logistic"],
    });
    expect(three.predictions).toHaveLength(450);
    expect(three.honest?.logLikelihood?.[0]?.risk).toBeLessThan(0.6);
  });

  it("leaves out what fails and says why", async () => {
    const given = drawn(40);
    const y = given.y.map(() => 3);
    const trained = await trainTable({ ...given, ...quick, y, learners: ["mean", "ridge"] });
    expect(trained.honest?.squaredError?.[0]?.risk).toBe(0);
  });

  it("says which learners there are, and how many rows it needs", async () => {
    const given = drawn(40);
    await expect(trainTable({ ...given, ...quick, learners: ["rigde"] })).rejects.toThrow(
      'Did you mean "ridge"?',
    );
    await expect(trainTable({ ...given, ...quick, metric: "auc" })).rejects.toThrow(
      "the metric auc is not for numbers",
    );
    const one = { table: { columns, x: new Matrix(1, 2, new Float64Array(2)) }, y: new Float64Array(1) };
    await expect(trainTable({ ...one, ...quick })).rejects.toThrow("learning and judging take two at least");
  });
});

/** Notes which fits are made anew. */
class CountingStore implements FitStore {
  readonly #store: FitStore;
  readonly #made: string[];
  constructor(store: FitStore, made: string[]) {
    this.#store = store;
    this.#made = made;
  }
  get(key: string): Promise<FitOutcome | undefined> {
    return this.#store.get(key);
  }
  put(key: string, outcome: FitOutcome): Promise<void> {
    this.#made.push(key);
    return this.#store.put(key, outcome);
  }
}
