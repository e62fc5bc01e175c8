import { expect, it } from "vitest";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { model } from "../models/model.js";

const x = input({ shape: [1] });
const out = () => dense({ units: 1, kernelInitializer: "ones", useBias: false })(x);
const net = model({ inputs: x, outputs: [out(), out()], runtime: testRuntime() });
net.compile({ loss: "mse" });
const xs = [[0], [0], [0]];
const ys = [
  [1, 2, 3],
  [3, 4, 5],
];
const lossOf = async (sampleWeight: unknown): Promise<number> =>
  (await net.evaluate(xs, ys as never, { sampleWeight })).loss as number;

it("takes weights for each output as targets are given: a list of arrays", async () => {
  // Keras 3.15.
  expect(
    await lossOf([
      [1, 0, 1],
      [0, 1, 1],
    ]),
  ).toBeCloseTo(17, 5);
  expect(await lossOf([Float32Array.of(1, 0, 1), Float32Array.of(0, 1, 1)])).toBeCloseTo(17, 5);
  expect(await lossOf({ dense: [1, 0, 1], dense_1: [0, 1, 1] })).toBeCloseTo(17, 5);
  expect(await lossOf([[1, 0, 1], null])).toBeCloseTo(10 / 3 + 50 / 3, 5);
  // One for all.
  expect(await lossOf([1, 0, 1])).toBeCloseTo(
    await lossOf([
      [1, 0, 1],
      [1, 0, 1],
    ]),
    6,
  );
});

it("so do validation data and batches of a source", async () => {
  const weights = [
    [1, 0, 1],
    [0, 1, 1],
  ];
  const source = () => [[xs, ys, weights]];
  expect((await net.evaluate(source as never)).loss).toBeCloseTo(17, 5);
  net.compile({ loss: "mse", optimizer: { name: "sgd", config: { learningRate: 0 } } });
  const { history } = await net.fit(xs, ys as never, { validationData: [xs, ys, weights] as never });
  expect(history.val_loss?.[0]).toBeCloseTo(17, 5);
});
