import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { testRuntime } from "../../../engine/testing/evaluate.js";
import { exportOnnxFile } from "../../../nn/files/exportOnnxFile.js";
import { loadModel } from "../../../nn/files/loadModel.js";
import { loadOnnx } from "../../../nn/files/loadOnnx.js";
import { saveModel } from "../../../nn/files/saveModel.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { input } from "../../../nn/layers/core/input.js";
import { model } from "../../../nn/models/model.js";
import { distill } from "../../distill/index.js";
import { kNearest } from "../../learners/kNearest.js";
import { gradientBoosting } from "../../learners/trees/gradientBoosting.js";
import { randomForest } from "../../learners/trees/randomForest.js";
import type { FittedSuperLearner } from "./fittedSuperLearner.js";
import { pooledLearners } from "./pooledLearners.js";
import { superLearner } from "./superLearner.js";

const runtime = testRuntime();
const rows = 80;

/** Rows of three columns in float32, so that a network sees the same numbers, and what is to be learnt of them. */
function data(classes: number | undefined): { x: Tensor; y: number[] } {
  const random = new Generator(3);
  const x = Float32Array.from({ length: 3 * rows }, () => random.normal());
  const y = Array.from({ length: rows }, (_, row) => {
    const [a = 0, b = 0, c = 0] = x.subarray(3 * row, 3 * row + 3);
    const score = a - b * b + 0.5 * c;
    if (classes === undefined) return score;
    return classes === 2 ? Number(score > 0) : score > 0 ? 0 : b > 0 ? 1 : 2;
  });
  return { x: new Tensor("float32", [rows, 3], x), y };
}

const trees = [randomForest({ trees: 10 }), gradientBoosting({ rounds: 10 }), kNearest({ k: 5 })] as const;

async function learn(classes: number | undefined, method: string): Promise<FittedSuperLearner> {
  const { x, y } = data(classes);
  const linear = classes === undefined ? "linear" : classes === 2 ? "logistic" : "softmaxRegression";
  const options = { learners: ["mean", linear, ...trees], classes, method, folds: 4 };
  return superLearner(options as never).fit(x, y);
}

const cases = [
  [undefined, "convex"],
  [undefined, "nnls"],
  [2, "convex"],
  [2, "nnLogLikelihood"],
  [2, "auc"],
  [3, "convex"],
  [3, "nnLogLikelihood"],
  [3, "convexLogLikelihood"],
  [3, "mixtureLogLikelihood"],
] as const;

it.each(cases)("classes %s, %s: the whole is a network, and one .onnx file", async (classes, method) => {
  const learnt = await learn(classes, method);
  const { x } = data(classes);
  const wanted = Array.from(toNumbers(await learnt.predict(x)));
  const network = learnt.model();
  const close = (given: Tensor): void => {
    expect(given.shape).toEqual([rows, (classes ?? 1) > 2 ? classes : 1]);
    Array.from(toNumbers(given)).forEach((value, index) => {
      expect(Math.abs(value - (wanted[index] as number))).toBeLessThan(1e-5);
    });
  };
  const predicted = await network.predict(x);
  close(predicted);
  const folder = await mkdtemp(join(tmpdir(), "imago-super-"));
  await exportOnnxFile(network, join(folder, "whole.onnx"));
  const onnx = await loadOnnx(join(folder, "whole.onnx"));
  const rowsIn = input({ shape: [3] });
  close(await model({ inputs: rowsIn, outputs: onnx.asLayer()(rowsIn), runtime }).predict(x));
  await saveModel(network, join(folder, "whole"));
  const customLayers = { pooledLearners: pooledLearners.restore };
  const { model: again } = await loadModel(join(folder, "whole"), { runtime, customLayers });
  expect(await again.predict(x as never)).toMatchObject({ data: predicted.data });
});

it("teaches a small network on rows without labels", async () => {
  const learnt = await learn(3, "mixtureLogLikelihood");
  const { x } = data(3);
  const row = input({ shape: [3], name: "x" });
  const hidden = dense({ units: 24, activation: "relu" })(row);
  const student = model({
    inputs: row,
    outputs: dense({ units: 3, activation: "softmax" })(hidden),
    runtime,
  });
  const training = distill({ teacher: learnt.model(), student, temperature: 2, alpha: 1 });
  training.compile({ optimizer: { name: "adam", config: { learningRate: 0.01 } } });
  await training.fit(x, null, { epochs: 60 });
  const answers = (given: ArrayLike<number>): number[] =>
    Array.from({ length: rows }, (_, at) => {
      const own = [0, 1, 2].map((k) => given[3 * at + k] as number);
      return own.indexOf(Math.max(...own));
    });
  const teacher = answers(toNumbers(await learnt.predict(x)));
  const agreed = answers(toNumbers(await student.predict(x))).filter((answer, at) => answer === teacher[at]);
  expect(agreed.length).toBeGreaterThan(0.85 * rows);
});

it("names a learner that has no form as operators", async () => {
  const { x, y } = data(undefined);
  const own = {
    name: "own",
    config: {},
    fit: () => ({
      predict: (given: { readonly rows: number }) => new Float64Array(given.rows).fill(1),
      state: { kind: "own" },
    }),
  };
  const learnt = await superLearner({ learners: [own], folds: 4 }).fit(x, y);
  expect(() => learnt.model()).toThrow('superLearner: "own" has no form as operators.');
});
