import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { kNearest } from "../../learners/kNearest.js";
import type { Learner } from "../../learners/learner.js";
import { elasticNet } from "../../learners/linear/elasticNet.js";
import { lasso } from "../../learners/linear/lasso.js";
import { ridge } from "../../learners/linear/ridge.js";
import { superLearnerWeights } from "../superLearnerWeights.js";
import { superLearner } from "./superLearner.js";

interface Golden {
  readonly x: Readonly<Record<string, number[]>>;
  readonly y: number[];
  readonly ids: number[] | null;
  readonly observationWeights: number[] | null;
  readonly folds: number[][];
  readonly z: Readonly<Record<string, number[]>>;
}

const golden = (name: string): Golden =>
  JSON.parse(
    readFileSync(new URL(`../../../../goldens/ensembles/${name}.json`, import.meta.url), "utf8"),
  ) as Golden;

const rowsOf = ({ x, y }: Golden): number[][] =>
  y.map((_, row) => Object.values(x).map((column) => column[row] as number));

const library = {
  mean: "mean",
  linear: "linear",
  ridge: ridge({ lambda: 0.1 }),
  lasso: lasso({ lambda: 0.2 }),
  elasticNet: elasticNet({ lambda: 0.3, alpha: 0.5 }),
  knn5: kNearest({ k: 5 }),
} as const;

describe("the super learner", () => {
  it("finds on R's folds the weights of R's predictions", async () => {
    const set = golden("boston");
    const learnt = await superLearner({ learners: library, validationRows: set.folds }).fit(
      rowsOf(set),
      set.y,
    );
    const names = Object.keys(library);
    const z = Object.fromEntries(names.map((name) => [name, set.z[name] as number[]]));
    const wanted = superLearnerWeights(z, set.y);
    names.forEach((name, index) => {
      expect(Math.abs((learnt.weights[name] as number) - (wanted.weights[index] as number))).toBeLessThan(
        1e-5,
      );
      // R's solvers of penalised models stop at a tolerance of their own.
      expect((learnt.risks[name] as number) / (wanted.risks[index] as number)).toBeCloseTo(1, 4);
    });
    expect(learnt.discrete).toBe(names[wanted.discrete]);
    expect(learnt.gap).toBeLessThan(1e-10);
    const predictions = await learnt.predict(rowsOf(set).slice(0, 3));
    expect(predictions.shape).toEqual([3]);
  });

  it("keeps clusters together and counts rows by their weights", async () => {
    const set = golden("boston-weights-ids");
    const observationWeights = set.observationWeights as number[];
    const options = {
      learners: { linear: "linear", ridge: ridge() },
      validationRows: set.folds,
      observationWeights,
    } as const;
    const { risks } = await superLearner(options).fit(rowsOf(set), set.y);
    const { linear = [] } = set.z;
    const wanted = superLearnerWeights({ linear }, set.y, { observationWeights });
    expect((risks.linear as number) / (wanted.risks[0] as number)).toBeCloseTo(1, 6);
  });

  it("gives the same from the same seed, and other folds from another", async () => {
    const set = golden("boston");
    const learn = (seed: number) =>
      superLearner({ learners: ["mean", "ridge"], folds: 5, seed }).fit(rowsOf(set), set.y);
    const [once, again, other] = [await learn(1), await learn(1), await learn(2)];
    expect(again.risks).toEqual(once.risks);
    expect(again.weights).toEqual(once.weights);
    expect(other.risks).not.toEqual(once.risks);
  });
});

/** Two columns, and three classes by their signs. */
function threeClasses(rows: number): { x: number[][]; y: number[] } {
  const random = new Generator(1);
  const x = Array.from({ length: rows }, () => [random.normal(), random.normal()]);
  return { x, y: x.map(([a = 0, b = 0]) => (a > 0 ? 0 : b > 0 ? 1 : 2)) };
}

describe("classes", () => {
  it.each([
    "convex",
    "nnls",
    "mixtureLogLikelihood",
    "nnLogLikelihood",
    "convexLogLikelihood",
    "auc",
  ] as const)("are pooled by %s to probabilities", async (method) => {
    const { x, y } = threeClasses(90);
    const learners = ["mean", "softmaxRegression", "kNearest"] as const;
    const learnt = await superLearner({ learners, classes: 3, method, folds: 5 }).fit(x, y);
    const { shape, data } = await learnt.predict(x);
    expect(shape).toEqual([90, 3]);
    let right = 0;
    y.forEach((label, row) => {
      const own = [...data.subarray(3 * row, 3 * row + 3)];
      expect(own.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
      if (own.indexOf(Math.max(...own)) === label) right++;
    });
    expect(right).toBeGreaterThan(75);
  });

  it("of two have one probability a row", async () => {
    const { x, y } = threeClasses(60);
    const two = y.map((label) => Number(label > 0));
    const options = {
      learners: ["mean", "logistic"],
      classes: 2,
      method: "nnLogLikelihood",
      folds: 4,
    } as const;
    const learnt = await superLearner(options).fit(x, two);
    const { shape, data } = await learnt.predict(x);
    expect(shape).toEqual([60]);
    expect([...data].filter((p, row) => Number(p > 0.5) === two[row]).length).toBeGreaterThan(55);
  });
});

/** A learner that does as it is told. */
const stub = (name: string, fit: Learner["fit"]): Learner => ({ name, config: {}, fit });
const constant = (value: number) => ({
  predict: (x: { readonly rows: number }) => new Float64Array(x.rows).fill(value),
  state: { kind: "stub" },
});

describe("learners that fail", () => {
  const x = Array.from({ length: 20 }, (_, row) => [row, row % 3]);
  const y = x.map(([a = 0]) => 2 * a + 1);

  it("are left out and named, and the others learn as if they were not there", async () => {
    const learners = {
      linear: "linear",
      throws: stub("throws", () => {
        throw new Error("out of luck");
      }),
      short: stub("short", () => ({ ...constant(0), predict: () => new Float64Array(1) })),
      nan: stub("nan", () => constant(Number.NaN)),
    } as const;
    const learnt = await superLearner({ learners, folds: 4 }).fit(x, y);
    const { weights } = await superLearner({ learners: { linear: "linear" }, folds: 4 }).fit(x, y);
    expect(learnt.weights).toEqual({ ...weights, throws: 0, short: 0, nan: 0 });
    expect(learnt.failures.map(({ name, fold, reason }) => [name, fold, reason])).toEqual([
      ["throws", 0, "out of luck"],
      ["short", 0, "it gave 1 predictions, not 5"],
      ["nan", 0, "a prediction is NaN"],
    ]);
    expect(learnt.report()).toContain("Left out: throws, which failed in fold 1: out of luck");
  });

  it("only at the end lose their weight to the others", async () => {
    let calls = 0;
    const learners = {
      mean: "mean",
      late: stub("late", (data) => {
        if (++calls > 4) throw new Error("too late");
        const slope = data.y[1] as number;
        return { ...constant(0), predict: (given) => given.column(0).map((a) => 2 * a + 1 + 0 * slope) };
      }),
    } as const;
    const learnt = await superLearner({ learners, folds: 4 }).fit(x, y);
    expect(learnt.weights).toEqual({ mean: 1, late: 0 });
    expect(learnt.failures).toEqual([{ name: "late", fold: undefined, reason: "too late" }]);
  });

  it("all together are an error that says why", async () => {
    const learners = [stub("broken", () => Promise.reject(new Error("no")))];
    await expect(superLearner({ learners, folds: 4 }).fit(x, y)).rejects.toThrow(
      "superLearner: every learner failed. broken: no",
    );
  });

  it("and weights of 0 fall back to the discrete choice", async () => {
    const learners = { bad: stub("bad", () => constant(-50)), worse: stub("worse", () => constant(-90)) };
    const learnt = await superLearner({ learners, folds: 4, method: "nnls" }).fit(x, y);
    expect([learnt.fellBack, learnt.discrete, learnt.weights]).toEqual([true, "bad", { bad: 1, worse: 0 }]);
    expect(learnt.report()).toContain("All weights came to 0");
  });

  it("end with the signal", async () => {
    const controller = new AbortController();
    const learners = {
      first: stub("first", () => {
        controller.abort(new Error("enough"));
        return constant(1);
      }),
      mean: "mean",
    } as const;
    await expect(superLearner({ learners, folds: 4, signal: controller.signal }).fit(x, y)).rejects.toThrow(
      "enough",
    );
  });
});

describe("the honest risk", () => {
  it("is that of the whole procedure, beside its parts, with paired differences", async () => {
    const set = golden("boston");
    const options = { learners: library, folds: 5, outerFolds: 5, crossValidated: true, seed: 3 } as const;
    const { honest, report } = await superLearner(options).fit(rowsOf(set), set.y);
    const table = honest?.losses.squaredError ?? [];
    expect(table.map(({ name }) => name)).toEqual([
      "Super learner",
      "Discrete choice",
      ...Object.keys(library),
    ]);
    const risk = Object.fromEntries(table.map((row) => [row.name, row]));
    // Near R's figures on these learners and folds of its own: 20 to 22, the mean alone 86.
    expect(risk["Super learner"]?.risk).toBeLessThan(30);
    expect(risk.mean?.risk).toBeGreaterThan(70);
    expect(risk.mean?.difference).toBeCloseTo(
      (risk.mean?.risk ?? 0) - (risk["Super learner"]?.risk ?? 0),
      10,
    );
    expect(risk["Super learner"]?.differenceError).toBe(0);
    expect(risk.mean?.differenceError).toBeGreaterThan(0);
    expect(honest?.weights).toHaveLength(5);
    expect(report()).toMatch(/Honest squared error, by 5 folds around all of it/);
  });

  it("has every loss for classes", async () => {
    const { x, y } = threeClasses(60);
    const options = {
      learners: ["mean", "softmaxRegression"],
      classes: 3,
      folds: 3,
      outerFolds: 3,
      crossValidated: true,
    } as const;
    const { honest } = await superLearner(options).fit(x, y);
    expect(Object.keys(honest?.losses ?? {})).toEqual(["squaredError", "logLikelihood", "auc"]);
    for (const risks of Object.values(honest?.losses ?? {}))
      expect(risks.every(({ risk }) => Number.isFinite(risk))).toBe(true);
  });
});

describe("refuses", () => {
  const x = [[1], [2], [3], [4]];
  const learn = async (y: number[], options: object = {}): Promise<unknown> =>
    superLearner({ learners: ["mean"], folds: 2, ...options }).fit(x, y);

  it.each([
    [() => learn([1, 2]), "superLearner: y has 2 numbers for 4 rows of x; they must be as many."],
    [() => learn([1, 2, Number.NaN, 4]), "superLearner: y: row 2 is NaN; expected finite numbers."],
    [() => learn([0, 1, 2, 1], { classes: 2 }), "superLearner: y: row 2 is 2; expected a class from 0 to 1."],
    [
      () => learn([0.5, 1, 0, 1], { classes: 2 }),
      "superLearner: y: row 0 is 0.5; expected a class from 0 to 1.",
    ],
    [
      () => learn([1, 1, 1, 1], { classes: 2 }),
      "superLearner: every row of y is of class 1; there is nothing to learn.",
    ],
    [() => learn([1, 2, 3, 4], { folds: 5 }), "folds: 4 rows cannot be divided into 5 folds."],
    [
      () => learn([1, 2, 3, 4], { ids: [1, 1, 1, 1] }),
      "folds: 1 clusters of rows cannot be divided into 2 folds.",
    ],
    [
      () => learn([1, 2, 3, 4], { method: "auc" }),
      "superLearner: the method auc is for classes; say how many there are: classes: 2.",
    ],
  ])("%#", async (call, message) => {
    await expect(call()).rejects.toThrow(message);
  });

  it.each([
    [undefined, "superLearner: learners is required"],
    [null, "superLearner: options must be an object, received null."],
    [{ learners: [] }, "superLearner: there are no learners to choose among."],
    [{ learners: ["rigde"] }, 'superLearner: learners: unknown learner "rigde". Did you mean "ridge"?'],
    [{ learners: ["mean"], folds: 1 }, "superLearner: folds must be a whole number from 2, received 1."],
    [{ learners: ["mean"], fold: 2 }, 'superLearner: unknown option "fold". Did you mean "folds"?'],
  ])("%#", (options, message) => {
    expect(() => superLearner(options as never)).toThrow(message);
  });

  it.each([
    [[["a"]], [1], 'superLearner: x: a tensor is made of numbers, received "a"'],
    [[[1, 2], [3]], [1, 2], "superLearner: x: nested arrays must have rows of equal length"],
    [[1, 2, 3], [1, 2, 3], "superLearner: x: a matrix has two axes, rows and columns"],
    [null, [1], "superLearner: x: a matrix is made of rows of numbers, received null."],
    [x, null, "superLearner: y: a tensor is made of numbers, received null"],
    [[], [], "superLearner: x: there are no rows."],
  ])("%j as x and %j as y", async (given, labels, message) => {
    const learner = superLearner({ learners: ["mean"], folds: 2 });
    await expect(learner.fit(given as never, labels as never)).rejects.toThrow(message);
  });

  it("but not data as tensors", async () => {
    const learnt = await superLearner({ learners: ["mean"], folds: 2 }).fit(tensor(x), tensor([1, 2, 3, 4]));
    expect(Array.from(toNumbers(await learnt.predict(tensor([[9]]))))).toEqual([2.5]);
  });
});
