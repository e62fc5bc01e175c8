import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { exportOnnx } from "../../../nn/models/exportOnnx.js";
import type { Learner } from "../../learners/learner.js";
import type { Matrix } from "../../learners/matrix.js";
import { learnerTypes as learners } from "../../learners/resolve.js";
import { superLearner } from "./superLearner.js";

const random = new Generator(6);
const x = Array.from({ length: 60 }, () => Array.from({ length: 3 }, () => random.normal()));
const y = x.map(([a = 0, b = 0]) => 3 * a - b);
const kinds = y.map((value) => Number(value > 0));
const own = (name: string, learner: Partial<Learner>): Learner => ({
  name,
  config: {},
  fit: () => ({ predict: (given) => new Float64Array(given.rows), state: { kind: "mine" } }),
  ...learner,
});

it("numbers that are missing are named by the rows and columns of the data, in folds too", async () => {
  const holed = x.map((row, i) => (i === 57 ? row.with(2, Number.NaN) : row));
  const learnt = await superLearner({ learners: ["mean", "linear"], folds: 4 }).fit(holed, y);
  expect(learnt.failures.map(({ reason }) => reason)).toEqual([
    expect.stringContaining("linear: x[57, 2] is NaN (row 57, column 2, counted from 0)."),
  ]);
});

describe("names", () => {
  it("that are whole numbers keep their learners' weights", async () => {
    const options = { learners: ["mean", { ...learners.linear(), name: "5" }], folds: 4 } as const;
    const learnt = await superLearner(options).fit(x, y);
    expect(learnt.weights["5"]).toBeCloseTo(1, 10);
    expect(learnt.discrete).toBe("5");
    expect((await learnt.predict(x)).data[0]).toBeCloseTo(y[0] as number, 8);
  });

  it("that meet are refused", () => {
    const make = () =>
      superLearner({ learners: ["linear", "linear", { ...learners.mean(), name: "linear_1" }] });
    expect(make).toThrow('superLearner: two learners are called "linear_1". Give names of your own');
  });
});

describe("learners of one's own", () => {
  it("may predict ordinary arrays, and are left out where they predict nothing", async () => {
    const learnt = await superLearner({
      learners: {
        linear: "linear",
        list: own("list", {
          fit: () =>
            ({
              predict: (given: Matrix) => Array.from({ length: given.rows }, () => 1),
              state: { kind: "m" },
            }) as never,
        }),
        none: own("none", { fit: () => undefined as never }),
        text: own("text", { fit: () => ({ predict: () => "1", state: { kind: "m" } }) as never }),
      },
      folds: 3,
    }).fit(x, y);
    expect(learnt.risks.list).toBeGreaterThan(1);
    expect(learnt.failures.map(({ name, reason }) => [name, reason])).toEqual([
      ["none", "its fit gave nothing that predicts"],
      ["text", 'its predictions are "1", no list of numbers'],
    ]);
  });

  it("become operators where they have emit; such a network is exported and not saved", async () => {
    const linear = learners.linear();
    const mine = own("mine", {
      fit: async (data) => {
        const fitted = await linear.fit(data);
        return {
          predict: (given: Matrix) => fitted.predict(given),
          emit: fitted.emit?.bind(fitted),
          state: { kind: "mine" },
        } as never;
      },
    });
    const learnt = await superLearner({ learners: { mine, mean: "mean" }, folds: 3 }).fit(x, y);
    const network = learnt.model();
    expect(exportOnnx(network).length).toBeGreaterThan(100);
    const given = await network.predict(x);
    expect((given as { data: Float32Array }).data[3]).toBeCloseTo(y[3] as number, 4);
    expect(() => network.getLayer("prediction").config).toThrow(
      '"mine" is a learner of your own, and what it learnt cannot be saved; export the network as an .onnx file.',
    );
  });

  it("that wait for ever end with the signal, without a time limit", async () => {
    const control = new AbortController();
    const waits = own("waits", { fit: () => new Promise<never>(() => undefined) });
    const run = superLearner({ learners: { waits }, folds: 3, workers: 0, signal: control.signal }).fit(x, y);
    setTimeout(() => control.abort(new Error("enough")), 20);
    await expect(run).rejects.toThrow("enough");
  });
});

describe("folds by time and around it all", () => {
  it.each([
    [20, { byTime: true }],
    [40, { byTime: true, crossValidated: true }],
    [40, { byTime: true, folds: 4, crossValidated: true }],
    [20, { folds: 20, crossValidated: true, outerFolds: 4 }],
    [
      20,
      {
        folds: 10,
        crossValidated: true,
        outerFolds: 5,
        ids: Array.from({ length: 20 }, (_, row) => row % 10),
      },
    ],
  ])("can be found for %i rows with %o", async (rows, options) => {
    const learnt = await superLearner({ learners: ["mean", "linear"], ...options }).fit(
      x.slice(0, rows),
      y.slice(0, rows),
    );
    expect(learnt.weights.linear).toBeGreaterThan(0.9);
    if ("crossValidated" in options) expect(learnt.honest?.losses.squaredError?.[0]?.risk).toBeLessThan(1);
  });

  it("are said to be too few before anything is learnt", async () => {
    const ids = x.map((_, row) => row % 2);
    const calls: string[] = [];
    const watched = own("watched", { fit: () => Promise.reject(new Error(`${calls.push("fit")}`)) });
    const run = superLearner({ learners: { watched }, ids, crossValidated: true, workers: 0 }).fit(x, y);
    await expect(run).rejects.toThrow(
      "superLearner: crossValidated divides each fold's rows again, which takes three ids at least; there are 2.",
    );
    expect(calls).toEqual([]);
  });

  it("are the user's own where there are some, so that twins stay together", async () => {
    const twice = x.slice(0, 30).flatMap((row) => [row, row]);
    const noisy = twice.map((_, row) => Math.sin(12.9 * Math.floor(row / 2)) * 5);
    const groups = [0, 1, 2, 3, 4].map((fold) =>
      Array.from({ length: 60 }, (_, row) => row).filter((row) => Math.floor(row / 2) % 5 === fold),
    );
    const learnt = await superLearner({
      learners: { near: learners.kNearest({ k: 1 }), mean: "mean" },
      validationRows: groups,
      crossValidated: true,
    }).fit(twice, noisy);
    const [whole] = learnt.honest?.losses.squaredError ?? [];
    // A twin would know it exactly.
    expect(whole?.risk).toBeGreaterThan(5);
    expect(learnt.honest?.folds).toBe(5);
  });

  it("name the learners that failed in them", async () => {
    const fails = own("fails", {
      fit: ({ x: given }) => {
        if (given.rows < 30) throw new Error("too few rows");
        return { predict: (rows) => new Float64Array(rows.rows), state: { kind: "mine" } };
      },
    });
    const options = {
      learners: { fails, linear: "linear" },
      folds: 2,
      crossValidated: true,
      outerFolds: 3,
    } as const;
    const learnt = await superLearner(options).fit(x, y);
    expect(learnt.failures).toEqual([]);
    expect(learnt.honest?.failures).toContainEqual({
      name: "fails",
      fold: 0,
      reason: "too few rows",
      outerFold: 0,
    });
    expect(learnt.report()).toContain("fails failed in 3 of the outer folds, first because: too few rows");
  });
});

describe("what is wrong is said before anything is learnt", () => {
  const learn = (options: object) => () => superLearner({ learners: ["mean"], ...options });

  it.each([
    [{ loss: "hubr" }, /superLearner: .*hubr/],
    [
      { method: "nnls", loss: "huber" },
      'superLearner: loss is for the methods "convex" and "greedy"; "nnls" has its own.',
    ],
    [{ method: "auc" }, "superLearner: the method auc is for classes; say how many there are: classes: 2."],
    [
      { greedy: { rounds: 3 } },
      'superLearner: greedy has options of the methods "greedy" and "auc"; the method is "convex".',
    ],
  ])("%o", (options, message) => {
    expect(learn(options)).toThrow(message);
  });

  it("in the rows that the user gave", async () => {
    const bad = x.map((row, at) => (at === 3 ? [row[0] as number, Number.POSITIVE_INFINITY, 0] : row));
    await expect(superLearner({ learners: ["mean"] }).fit(bad, y)).rejects.toThrow(
      "superLearner: x: row 3, column 1 is Infinity; expected numbers, or NaN where one is missing.",
    );
    const weights = y.map((_, row) => (row === 5 ? -1 : 1));
    await expect(superLearner({ learners: ["mean"], observationWeights: weights }).fit(x, y)).rejects.toThrow(
      "superLearner: observationWeights: row 5 is -1; expected 0 or more.",
    );
  });
});

describe("the network of trees and of large numbers", () => {
  it("takes missing numbers as the trees do", async () => {
    const holes = x.map((row, at) => row.map((value, j) => ((at + j) % 7 === 0 ? Number.NaN : value)));
    const options = {
      learners: { forest: learners.randomForest({ trees: 5 }), mean: "mean" },
      folds: 3,
      classes: 2,
    } as const;
    const learnt = await superLearner(options).fit(holes, kinds);
    const wanted = await learnt.predict(holes);
    const given = (await learnt.model().predict(holes)) as { data: Float32Array };
    wanted.data.forEach((value, row) => {
      expect(given.data[row]).toBeCloseTo(value, 5);
    });
  });

  it.each([1e5, 1e6, 1e7])("loses no digits to means of %d", async (offset) => {
    const far = x.map((row) => row.map((value) => Math.fround(offset + value * 8)));
    const target = far.map(([a = 0, b = 0]) => a - offset - (b - offset) / 2);
    for (const name of ["linear", "ridge", "lasso"] as const) {
      const learnt = await superLearner({ learners: [name], folds: 3 }).fit(far, target);
      const wanted = await learnt.predict(far);
      const given = (await learnt.model().predict(far)) as { data: Float32Array };
      const off = wanted.data.map((value, row) => Math.abs(value - (given.data[row] as number)));
      expect(Math.max(...off), name).toBeLessThan(2e-5);
    }
  });
});
