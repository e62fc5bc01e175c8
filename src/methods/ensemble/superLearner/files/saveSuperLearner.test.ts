import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Generator } from "../../../../engine/random/generator.js";
import { learnerTypes as learners } from "../../../learners/resolve.js";
import { kBest } from "../../../learners/screeners/kBest.js";
import { superLearner } from "../superLearner.js";
import { loadSuperLearner, saveSuperLearner } from "./saveSuperLearner.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-super-"));
});
afterAll(() => rm(folder, { recursive: true }));

const random = new Generator(8);
const x = Array.from({ length: 60 }, () => Array.from({ length: 4 }, () => random.normal()));
const y = x.map(([a = 0, b = 0, c = 0]) => a * b + c + 0.3 * random.normal());

it("comes back whole: predictions, weights, failures, the honest risk and the report", async () => {
  const fails = {
    name: "fails",
    config: {},
    fit: () => {
      throw new Error("no luck");
    },
  };
  const learnt = await superLearner({
    learners: {
      linear: "linear",
      forest: learners.randomForest({ trees: 5 }),
      boosting: learners.gradientBoosting({ rounds: 5 }),
      near: "kNearest",
      net: learners.mlp({ hidden: [3], epochs: 3 }),
      fails,
    },
    screeners: ["all", kBest({ k: 2 })],
    folds: 3,
    crossValidated: true,
    outerFolds: 2,
    workers: 0,
  }).fit(x, y);
  const path = join(folder, "learnt.json");
  await saveSuperLearner(learnt, path);
  const again = await loadSuperLearner(path);
  expect((await again.predict(x)).data).toEqual((await learnt.predict(x)).data);
  expect(again.report()).toBe(learnt.report());
  expect(again.risks).toEqual(learnt.risks);
  expect(again.risks.fails).toBeNaN();
  expect(again.honest).toEqual(learnt.honest);
  expect(again.failures).toEqual(learnt.failures);
  await saveSuperLearner(again, join(folder, "again.json"));
  expect(await readFile(join(folder, "again.json"))).toEqual(await readFile(path));
});

it("keeps classes and the way of pooling", async () => {
  const kinds = y.map((value) => Number(value > 0) + Number(value > 1));
  const options = { learners: ["softmaxRegression", "tree"], classes: 3, method: "nnLogLikelihood" } as const;
  const learnt = await superLearner({ ...options, folds: 3 }).fit(x, kinds);
  const path = join(folder, "classes.json");
  await saveSuperLearner(learnt, path);
  const again = await loadSuperLearner(path);
  expect(await again.predict(x)).toEqual(await learnt.predict(x));
  expect(again.model().outputs[0]?.tensor.shape).toEqual([null, 3]);
});

it.each([
  ["{", " is no JSON (Expected property name or '}' in JSON at position 1"],
  ["[]", ": this is no saved super learner."],
  [
    '{"format":"imago super learner","version":2}',
    ": version 2 is not known; expected 1. A newer Imago wrote it",
  ],
  [
    '{"format":"imago super learner","version":1}',
    ": restoreSuperLearner: facts: names is required: an array of names.",
  ],
])("refuses %s", async (text, message) => {
  const path = join(folder, "bad.json");
  await writeFile(path, text);
  await expect(loadSuperLearner(path)).rejects.toThrow(`${path}${message}`);
});

it("refuses one that was altered, and without its digest what does not fit together", async () => {
  const learnt = await superLearner({ learners: ["linear", "tree"], folds: 3 }).fit(x, y);
  const path = join(folder, "altered.json");
  await saveSuperLearner(learnt, path);
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace('"rows":60', '"rows":61'));
  await expect(loadSuperLearner(path)).rejects.toThrow(
    `${path} was altered: its SHA-256 is not the one it holds.`,
  );
  const { sha256: _, ...plain } = JSON.parse(text) as Record<string, unknown>;
  const facts = plain.facts as Record<string, unknown>;
  const own = plain.learnt as Record<string, Record<string, unknown>>;
  const trees = own.tree;
  for (const [changed, message] of [
    [{ learnt: {} }, / learnt, which has weight, is missing\.$/],
    [{ facts: { ...facts, columns: 5 } }, / learnt: it learnt from 4 columns, and was given 5\.$/],
    [{ facts: { ...facts, weights: [1] } }, /facts: 2 names, and 1 weights\.$/],
    [
      { learnt: { ...own, tree: { ...trees, roots: "AQA=" } } },
      /roots: 2 bytes are no whole number of elements\.$/,
    ],
    // A branch that leads back to the root.
    [
      { learnt: { ...own, tree: { ...trees, nodes: "AAAAAAAAAAAAAAAA/////w==" } } },
      /node 0 leads to node 0 of 1\.$/,
    ],
  ] as const) {
    await writeFile(path, JSON.stringify({ ...plain, ...changed }));
    await expect(loadSuperLearner(path)).rejects.toThrow(message);
  }
});
