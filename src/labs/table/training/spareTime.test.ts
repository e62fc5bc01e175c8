import { describe, expect, it } from "vitest";
import { mean } from "../../../methods/learners/mean.js";
import { Budget } from "./budget.js";
import type { Fits } from "./fits.js";
import type { TableLearner } from "./library.js";
import type { LearnerPlan } from "./plan.js";
import type { LearnerRun } from "./runLearner.js";
import { spendSpareTime } from "./spareTime.js";
import { subsetsOf } from "./subsets.js";

const rows = 4_000;
const y = Float64Array.from({ length: rows }, (_, row) => row % 7);
const folds = [0, 1].map((fold) => ({
  training: Int32Array.from({ length: rows / 2 }, (_, at) => (1 - fold) * (rows / 2) + at),
  validation: Int32Array.from({ length: rows / 2 }, (_, at) => fold * (rows / 2) + at),
}));
const subsets = subsetsOf(rows, [folds], false);

const names = ["mean", "good", "bad", "late"];
const learners = names.map((name): TableLearner => ({ name, learner: mean(), share: 1, growth: 1 }));

/** Held-out predictions that are off by so much: numbers, or probabilities of so many classes. */
const offBy = (error: number, classes?: number): LearnerRun["predictions"] =>
  new Map(
    subsets.singles.map(({ key, unseen }) => [
      key,
      classes === undefined
        ? Float64Array.from(unseen, (row) => (y[row] as number) + error)
        : Float64Array.from(
            { length: classes * unseen.length },
            (_, at) =>
              Number(y[unseen[Math.floor(at / classes)] as number] === at % classes) * (1 - error) +
              error / classes,
          ),
    ]),
  );

function setUp(
  seconds: number,
  classes?: number,
): {
  readonly runs: LearnerRun[];
  readonly spend: (reason?: string) => Promise<[string, number][]>;
} {
  const run = (error: number, reason?: string): LearnerRun => ({
    predictions: offBy(error, classes),
    states: new Map(),
    milliseconds: 1_000,
    reason,
  });
  const runs = [run(0.9), run(0.5), run(0.95), run(0, "it would take 4 s, more than its share of the time")];
  const plan = (most: number): LearnerPlan => ({ most, timeLimit: 10_000 });
  const plans = [plan(rows), plan(500), plan(500), { ...plan(0), late: { cost: 4_000, most: rows } }];
  const made: [string, number][] = [];
  const spend = async (reason?: string): Promise<[string, number][]> => {
    const fits: Pick<Fits, "fit"> = {
      fit: async (index, subset, { most }) => {
        made.push([`${names[index]} ${subset.key}`, most]);
        const predictions = offBy(0.1, classes).get(subset.key);
        return { screenings: [], milliseconds: 70, ...(reason === undefined ? { predictions } : { reason }) };
      },
    };
    // An eighth of the time is kept back, and a tenth of the rest; six tenths of that are planned with.
    const budget = new Budget(performance.now(), seconds * 1000);
    const options = { learners, plans, subsets, budget, workers: 1, y, classes };
    await spendSpareTime(fits, runs, options, new AbortController().signal);
    return made;
  };
  return { runs, spend };
}

describe("time that is over", () => {
  it("goes to the best learner that saw a part of the rows, then to what was left out", async () => {
    const { runs, spend } = setUp(100);
    const made = await spend();
    expect(made).toEqual([
      ["good 0", rows],
      ["good 1", rows],
      ["late 0", rows],
      ["late 1", rows],
    ]);
    expect(runs[1]?.instead).toEqual({ most: rows, timeLimit: 80_000 });
    expect(runs[1]?.milliseconds).toBe(1_140);
    expect(runs[1]?.predictions.get("0")?.[0]).toBeCloseTo((y[0] as number) + 0.1, 12);
    expect([runs[3]?.reason, runs[3]?.instead?.most]).toEqual([undefined, rows]);
    // No better than the mean, so not worth more.
    expect(runs[2]?.instead).toBeUndefined();
  });

  it("goes to the learner that knows classes best", async () => {
    const made = await setUp(100, 7).spend();
    expect(made.map(([name]) => name)).toEqual(["good 0", "good 1", "late 0", "late 1"]);
  });

  it("suffices for some more rows, or for none", async () => {
    const some = setUp(5);
    const made = await some.spend();
    // (5 s − 2 s) · 0.9 · 0.6 is 1.62 times what its fits took.
    expect(made.map(([name]) => name)).toEqual(["good 0", "good 1"]);
    expect(Math.abs((some.runs[1]?.instead?.most ?? 0) - 810)).toBeLessThanOrEqual(25);
    const none = setUp(4);
    expect(await none.spend()).toEqual([]);
    expect(none.runs[1]?.instead).toBeUndefined();
    expect(none.runs[3]?.reason).toContain("more than its share");
  });

  it("leaves what there was where learning from more rows fails", async () => {
    const { runs, spend } = setUp(100);
    await spend("it broke");
    expect([runs[1]?.reason, runs[1]?.instead]).toEqual([undefined, undefined]);
    expect(runs[1]?.predictions.get("0")?.[0]).toBe((y[0] as number) + 0.5);
    expect(runs[3]?.reason).toContain("more than its share");
  });
});
