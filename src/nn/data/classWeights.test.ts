import { describe, expect, it } from "vitest";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { activation } from "../layers/activation/activation.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { model } from "../models/model.js";

const runtime = testRuntime();

/** Two classes at each of some steps, by two numbers. */
function sequences(loss: string) {
  const x = input({ shape: [null, 2] });
  const out = dense({ units: 2, kernelInitializer: "identity", useBias: false, activation: "softmax" })(x);
  const net = model({ inputs: x, outputs: out, runtime });
  net.compile({ optimizer: { name: "sgd", config: { learningRate: 0 } }, loss: loss as never });
  return net;
}
const xs = [
  [
    [0, 1],
    [2, 0],
    [1, 3],
  ],
  [
    [0, 0],
    [1, 0],
    [0, 2],
  ],
];
const ys = [
  [0, 1, 1],
  [1, 0, 0],
];
const lossOf = async (net: ReturnType<typeof sequences>, y: unknown, options: object): Promise<number> =>
  (await net.fit(xs as never, y as never, options)).history.loss?.[0] ?? Number.NaN;

describe("class weights", () => {
  it("count at each position of a sequence, as weights by position do", async () => {
    const sparse = sequences("sparseCategoricalCrossentropy");
    const byPosition = ys.map((row) => row.map((label) => (label === 1 ? 10 : 1)));
    // Keras 3.15 with the weights by position.
    expect(await lossOf(sparse, ys, { sampleWeight: byPosition })).toBeCloseTo(5.53725, 4);
    const classWeight = { 0: 1, 1: 10 };
    expect(await lossOf(sparse, ys, { classWeight })).toBeCloseTo(5.53725, 4);
    const column = ys.map((row) => row.map((label) => [label]));
    expect(await lossOf(sparse, column, { classWeight })).toBeCloseTo(5.53725, 4);
    const oneHot = ys.map((row) => row.map((label) => (label === 1 ? [0, 1] : [1, 0])));
    const vectors = sequences("categoricalCrossentropy");
    expect(await lossOf(vectors, oneHot, { classWeight })).toBeCloseTo(5.53725, 4);
  });

  it("multiply weights of samples and of positions, and change nothing where they are 1", async () => {
    const net = sequences("sparseCategoricalCrossentropy");
    const sampleWeight = [
      [1, 1, 0],
      [5, 5, 5],
    ];
    const plain = await lossOf(net, ys, { sampleWeight });
    expect(plain).toBeCloseTo(3.18448, 4);
    expect(await lossOf(net, ys, { sampleWeight, classWeight: { 0: 1, 1: 1 } })).toBe(plain);
    const each = await lossOf(net, ys, { sampleWeight: [2, 3], classWeight: { 1: 10 } });
    const both = ys.map((row, sample) => row.map((label) => (sample === 0 ? 2 : 3) * (label === 1 ? 10 : 1)));
    expect(each).toBeCloseTo(await lossOf(net, ys, { sampleWeight: both }), 5);
  });

  it("count in training alone, not in validation", async () => {
    const x = input({ shape: [1] });
    const out = dense({ units: 1, kernelInitializer: "identity", useBias: false })(x);
    const net = model({ inputs: x, outputs: out, runtime });
    net.compile({
      optimizer: { name: "sgd", config: { learningRate: 0 } },
      ...{ loss: "mse", weightedMetrics: ["mae"] },
    });
    const { history } = await net.fit(Array(8).fill([0]), [0, 1, 0, 1, 0, 1, 0, 1], {
      ...{ classWeight: { 0: 1, 1: 10 }, validationSplit: 0.5, shuffle: false },
    });
    // Keras 3.15.
    expect(history).toMatchObject({ loss: [5], val_loss: [0.5], val_mae: [0.5] });
    const weighed = { classWeight: { 1: 10 }, sampleWeight: [2, 2, 2, 2, 1, 1, 3, 3], validationSplit: 0.5 };
    const split = await net.fit(Array(8).fill([0]), [0, 1, 0, 1, 0, 1, 0, 1], { ...weighed, shuffle: false });
    expect(split.history.val_loss).toEqual([1]);
  });

  it("take labels of −1 and 1, and an axis of classes that is not the last", async () => {
    const x = input({ shape: [1] });
    const hinge = model({ inputs: x, outputs: activation({ activation: "linear" })(x), runtime });
    hinge.compile({ optimizer: { name: "sgd", config: { learningRate: 0 } }, loss: "hinge" });
    const weighed = await hinge.fit([[0], [0]], [-1, 1], { classWeight: { [-1]: 3, 1: 1 } as never });
    expect(weighed.history.loss).toEqual([2]);
  });

  it.each([
    [
      [[1], [0]],
      { 2: 3 },
      "sparseCategoricalCrossentropy",
      "classWeight names class 2, and the output has the classes 0 to 1.",
    ],
    [
      [
        [1, 1],
        [1, 0],
      ],
      { 1: 3 },
      "binaryCrossentropy",
      "classWeight wants one class at each place, and 2 of the 2 targets of sample 0 are the largest.",
    ],
    [
      [
        [1, 0],
        [0.5, 0.5],
      ],
      { 1: 3 },
      "mse",
      "2 of the 2 targets of sample 1 are the largest.",
    ],
    [
      [[1], [0]],
      { one: 3 },
      "sparseCategoricalCrossentropy",
      "expected a finite number for each class's number",
    ],
  ])("refuse what cannot be meant: %#", async (y, classWeight, loss, message) => {
    const x = input({ shape: [2] });
    const net = model({ inputs: x, outputs: activation({ activation: "sigmoid" })(x), runtime });
    net.compile({ loss: loss as never });
    await expect(
      net.fit(
        [
          [0, 1],
          [1, 0],
        ],
        y as never,
        { classWeight: classWeight as never },
      ),
    ).rejects.toThrow(message);
  });

  it("are for whole labels", async () => {
    const x = input({ shape: [1] });
    const net = model({ inputs: x, outputs: dense({ units: 1 })(x), runtime });
    net.compile({ loss: "mse" });
    await expect(net.fit([[0], [1]], [0.25, 1], { classWeight: { 1: 2 } })).rejects.toThrow(
      "fit: classWeight is for classes, and target 0 is 0.25.",
    );
  });
});
