import { expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { fromModule } from "../../learners/fromModule.js";
import { learnerTypes as learners } from "../../learners/resolve.js";
import { kBest } from "../../learners/screeners/kBest.js";
import type { SuperLearnerOptions } from "./options.js";
import { superLearner } from "./superLearner.js";
import { constant, waiting } from "./testing/learners.js";

const random = new Generator(8);
const x = Array.from({ length: 60 }, () => Array.from({ length: 4 }, () => random.normal()));
const y = x.map(([a = 0, b = 0, c = 0]) => a * b + c + 0.3 * random.normal());
const kinds = y.map((value) => Number(value > 0));
const module = new URL("./testing/learners.ts", import.meta.url);
const mine = (name: string, options = {}) => fromModule({ module, export: name, options });

async function numbersOf(options: SuperLearnerOptions, targets: readonly number[] = y) {
  const learnt = await superLearner({ folds: 3, seed: 5, ...options }).fit(x, [...targets]);
  const { risks, weights, honest, failures } = learnt;
  return { risks, weights, honest, failures, predictions: [...(await learnt.predict(x)).data] };
}

it("finds the same numbers in this process and in others", async () => {
  const options: SuperLearnerOptions = {
    learners: {
      linear: "linear",
      forest: learners.randomForest({ trees: 7 }),
      net: learners.mlp({ hidden: [4], epochs: 2 }),
      mine: mine("constant", { value: 0.2 }),
      own: constant({ value: 0.1 }),
    },
    screeners: ["all", kBest({ k: 2 })],
    crossValidated: true,
    outerFolds: 2,
  };
  const here = await numbersOf({ ...options, workers: 0 });
  expect(await numbersOf({ ...options, workers: 2 })).toEqual(here);
  expect(Object.keys(here.risks)).toHaveLength(10);
  const classes = { ...options, learners: ["mean", "tree"] as const, classes: 2 };
  expect(await numbersOf({ ...classes, workers: 1 }, kinds)).toEqual(
    await numbersOf({ ...classes, workers: 0 }, kinds),
  );
});

it("ends a learner that takes too long, wherever it is, and one that ends its process", async () => {
  const { failures, weights } = await numbersOf({
    learners: {
      linear: "linear",
      busy: mine("busy"),
      deadly: mine("deadly"),
      waiting: mine("waiting"),
      here: waiting,
    },
    timeLimit: 700,
    workers: 2,
  });
  expect(weights).toEqual({ linear: 1, busy: 0, deadly: 0, waiting: 0, here: 0 });
  const reasons = Object.fromEntries(failures.map(({ name, fold, reason }) => [name, `${fold} ${reason}`]));
  expect(reasons.busy).toBe("0 it was not over after its limit of 700 ms");
  expect(reasons.waiting).toBe("0 it was not over after its limit of 700 ms");
  expect(reasons.here).toBe("0 it was not over after its limit of 700 ms");
  expect(reasons.deadly).toMatch(/^0 .*7/);
});

it("ends a learner that only waits in this process", async () => {
  const { failures } = await numbersOf({
    learners: { linear: "linear", waiting },
    timeLimit: 50,
    workers: 0,
  });
  expect(failures).toEqual([
    { name: "waiting", fold: 0, reason: "it was not over after its limit of 50 ms" },
  ]);
});

it("says what a module lacks", async () => {
  await expect(numbersOf({ learners: [mine("constand")], workers: 0 })).rejects.toThrow(
    /fromModule: file:.*learners\.ts exports no learner "constand"\. Export an object with name, config and fit/,
  );
  expect(() => fromModule({ module: "./learners.js" })).toThrow(
    'fromModule: module must be a URL, as new URL("./mine.js", import.meta.url), or a package\'s name, received "./learners.js".',
  );
});

it("ends other processes when the signal aborts", async () => {
  const control = new AbortController();
  const run = numbersOf({ learners: { busy: mine("busy") }, workers: 1, signal: control.signal });
  setTimeout(() => control.abort(new Error("enough")), 1500);
  await expect(run).rejects.toThrow("enough");
});
