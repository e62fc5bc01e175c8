import { expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { kBest } from "../../learners/screeners/kBest.js";
import { superLearner } from "./superLearner.js";

const rows = 90;
const columns = 12;
const random = new Generator(4);
/** Only columns 3 and 7 matter. */
const x = new Tensor(
  "float32",
  [rows, columns],
  Float32Array.from({ length: rows * columns }, () => random.normal()),
);
const y = Array.from({ length: rows }, (_, row) => {
  const [a = 0, b = 0] = [x.data[row * columns + 3] as number, x.data[row * columns + 7] as number];
  return 2 * a - b + 0.1 * random.normal();
});

it("screeners make a candidate of each learner with each, and few columns help neighbours", async () => {
  const options = {
    learners: { near: "kNearest", linear: "linear" },
    screeners: ["all", kBest({ k: 2 }), kBest({ k: 3 })],
    folds: 5,
  } as const;
  const learnt = await superLearner(options).fit(x, y);
  expect(Object.keys(learnt.weights)).toEqual([
    "near",
    "near after kBest",
    "near after kBest_1",
    "linear",
    "linear after kBest",
    "linear after kBest_1",
  ]);
  expect(learnt.risks["near after kBest"]).toBeLessThan(0.7 * (learnt.risks.near as number));
  expect(learnt.risks["linear after kBest"]).toBeLessThan(learnt.risks.linear as number);
  // As one network, which gathers the columns by itself.
  const wanted = Array.from(toNumbers(await learnt.predict(x)));
  Array.from(toNumbers(await learnt.model().predict(x))).forEach((value, row) => {
    expect(Math.abs(value - (wanted[row] as number))).toBeLessThan(1e-5);
  });
});

it("screeners that fail keep every column, and are named", async () => {
  const broken = {
    name: "broken",
    config: {},
    screen: () => {
      throw new Error("out of luck");
    },
  };
  const empty = { name: "empty", config: {}, screen: () => [] };
  const wrong = { name: "wrong", config: {}, screen: () => [12] };
  const learnt = await superLearner({
    learners: ["linear"],
    screeners: ["all", broken, empty, wrong],
    folds: 3,
  }).fit(x, y);
  const { linear } = learnt.risks;
  expect(Object.values(learnt.risks)).toEqual([linear, linear, linear, linear]);
  const report = learnt.report();
  expect(report).toContain("Screener broken failed in fold 1, where all columns were kept: out of luck");
  expect(report).toContain(
    "Screener empty failed in fold 3, where all columns were kept: it keeps no column",
  );
  expect(report).toContain(
    "Screener wrong failed in fold 2, where all columns were kept: it keeps no such column",
  );
});

it("a screener that fails on all rows alone is named too", async () => {
  let calls = 0;
  const late = {
    name: "late",
    config: {},
    screen: () => {
      if (++calls > 3) throw new Error("too late");
      return [3, 7];
    },
  };
  const learnt = await superLearner({ learners: ["linear"], screeners: [late], folds: 3 }).fit(x, y);
  expect(learnt.report()).toContain(
    "Screener late failed on all rows, where all columns were kept: too late",
  );
});

it("screeners see the training rows alone", async () => {
  const seen: number[] = [];
  const counting = {
    name: "counting",
    config: {},
    screen: ({ y: own }: { readonly y: Float64Array }) => {
      seen.push(own.length);
      return [3, 7];
    },
  };
  await superLearner({ learners: ["linear", "mean"], screeners: [counting], folds: 3 }).fit(x, y);
  // Once in each fold for both learners, and once on all rows.
  expect(seen).toEqual([60, 60, 60, 90]);
});

it.each([
  [{ screeners: ["correlatoin"] }, 'superLearner: screeners: unknown screener "correlatoin". Did you mean'],
  [{ screeners: "all" }, "superLearner: screeners must be an array of screeners"],
  [{ screeners: [5] }, "superLearner: screeners: expected a screener, its name or"],
])("refuses %j", (options, message) => {
  expect(() => superLearner({ learners: ["mean"], ...options } as never)).toThrow(message);
});
