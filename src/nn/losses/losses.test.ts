import { describe, expect, it } from "vitest";
import { Graph } from "../../engine/graph/graph.js";
import { abs } from "../../engine/ops/abs.js";
import { identity } from "../../engine/ops/identity.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { sigmoid } from "../../engine/ops/sigmoid.js";
import { softmax } from "../../engine/ops/softmax.js";
import { sub } from "../../engine/ops/sub.js";
import { tensor } from "../../engine/tensor/tensor.js";
import { checkGradient } from "../../engine/testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { binaryCrossentropy } from "./binaryCrossentropy.js";
import { categoricalCrossentropy } from "./categoricalCrossentropy.js";
import { emitLoss } from "./emitLoss.js";
import type { Loss } from "./loss.js";
import { lossFrom } from "./lossFrom.js";
import { meanSquaredError } from "./meanSquaredError.js";
import { reduceLoss } from "./reduceLoss.js";
import { sparseCategoricalCrossentropy } from "./sparseCategoricalCrossentropy.js";

const logits = [
  [1, -2, 0.5],
  [0.25, 3, -1],
];
const oneHot = [
  [1, 0, 0],
  [0, 0, 1],
];
const numbers = tensor([0, 2], { dtype: "int32" });

/** Loss and gradient for the input of the last activation. */
async function through(
  loss: Loss,
  target: Parameters<typeof tensor>[0],
  activation: typeof softmax | typeof sigmoid,
  hide: boolean,
  x: number[][],
) {
  const build = (input: Parameters<typeof identity>[0] & object) => {
    const prediction = activation(input);
    // Behind another operator the softmax is not seen, so probabilities are clipped.
    return emitLoss(
      loss,
      prediction.graph.constant(tensor(target)),
      hide ? identity(prediction) : prediction,
    );
  };
  const [value] = await evaluate(build as never, x);
  const [gradient] = await evaluate(gradientBuild(build as never), x);
  if (value === undefined || gradient === undefined) throw new Error("no result");
  return { value, gradient };
}

describe("a loss that sees the softmax or sigmoid", () => {
  it.each([
    ["categoricalCrossentropy", categoricalCrossentropy(), oneHot, softmax],
    ["with smoothed labels", categoricalCrossentropy({ labelSmoothing: 0.1 }), oneHot, softmax],
    ["sparseCategoricalCrossentropy", sparseCategoricalCrossentropy(), numbers, softmax],
    ["binaryCrossentropy", binaryCrossentropy(), oneHot, sigmoid],
  ] as const)("%s agrees with clipped probabilities", async (_, loss, target, activation) => {
    const seen = await through(loss, target, activation, false, logits);
    const hidden = await through(loss, target, activation, true, logits);
    expectClose(seen.value, hidden.value, { relative: 1e-6 });
    expectClose(seen.gradient, hidden.gradient, { relative: 1e-5, absolute: 1e-6 });
  });

  it.each([
    ["categoricalCrossentropy", categoricalCrossentropy(), [[0, 1]], softmax, [[50, 0]], 50, [[1, -1]]],
    [
      "sparseCategoricalCrossentropy",
      sparseCategoricalCrossentropy(),
      tensor([1], { dtype: "int32" }),
      softmax,
      [[50, 0]],
      50,
      [[1, -1]],
    ],
    ["binaryCrossentropy", binaryCrossentropy(), [[1]], sigmoid, [[-50]], 50, [[-1]]],
  ] as const)(
    "%s goes on where clipping would stop",
    async (_, loss, target, activation, x, value, gradient) => {
      const rows = x.map((row) => [...row]);
      const seen = await through(loss, target as never, activation, false, rows);
      expectClose(seen.value, value);
      expectClose(seen.gradient, gradient as never, { absolute: 1e-6 });
      const hidden = await through(loss, target as never, activation, true, rows);
      expectClose(hidden.value, -Math.log(1e-7), { relative: 1e-3 });
      expectClose(
        hidden.gradient,
        rows.map((row) => row.map(() => 0)),
      );
    },
  );

  it("does so only for a softmax along the classes' axis", () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [2, 3] });
    const target = graph.input("t", { dtype: "float32", shape: [2, 3] });
    categoricalCrossentropy().emit(target, softmax(x, 0));
    expect(graph.nodes.map(({ operator }) => operator.type)).not.toContain("LogSoftmax");
    categoricalCrossentropy().emit(target, softmax(x, 1));
    expect(graph.nodes.map(({ operator }) => operator.type)).toContain("LogSoftmax");
  });

  it("has few nodes: softmax − target", () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [128, 58] });
    const target = graph.input("t", { dtype: "float32", shape: [128, 58] });
    emitLoss(categoricalCrossentropy(), target, softmax(x));
    expect(graph.nodes.map(({ operator }) => operator.type)).toEqual([
      "Softmax",
      "LogSoftmax",
      "Mul",
      "ReduceSum",
      "Neg",
      "ReduceMean",
    ]);
  });
});

describe("reduceLoss", () => {
  const losses = [
    [1, 2, 3],
    [4, 5, 6],
  ];

  it.each([
    ["sumOverBatchSize", 3.5],
    ["mean", 3.5],
    ["meanWithSampleWeight", 3.5],
    ["sum", 21],
  ] as const)("%s without weights", async (reduction, expected) => {
    expectClose(await evaluateOne((x) => reduceLoss(x, reduction), losses), expected);
  });

  it.each([
    ["sumOverBatchSize", (6 * 2 + 15 * 0.5) / 6],
    ["meanWithSampleWeight", (6 * 2 + 15 * 0.5) / 2.5],
    ["sum", 6 * 2 + 15 * 0.5],
  ] as const)("%s stretches a sample's weight over its positions", async (reduction, expected) => {
    const value = await evaluateOne((x, weight) => reduceLoss(x, reduction, { weight }), losses, [2, 0.5]);
    expectClose(value, expected);
  });

  it("divides by what the mask lets count", async () => {
    const mask = tensor([
      [true, true, false],
      [true, false, false],
    ]);
    const masked = (reduction: Parameters<typeof reduceLoss>[1]) =>
      evaluateOne((x, m) => reduceLoss(x, reduction, { mask: m }), losses, mask);
    expectClose(await masked("sumOverBatchSize"), 7 / 3);
    expectClose(await masked("meanWithSampleWeight"), 7 / 3);
    expectClose(await masked("sum"), 7);
    expectClose(await masked("none"), [
      [1, 2, 0],
      [4, 0, 0],
    ]);
  });

  it("gives 0, with a gradient of 0, where nothing counts", async () => {
    const mask = tensor([
      [false, false, false],
      [false, false, false],
    ]);
    const build = (x: Parameters<typeof reduceLoss>[0]) =>
      reduceLoss(x, "mean", { mask: x.graph.constant(mask) });
    expectClose(await evaluateOne(build, losses), 0);
    expectClose(await evaluateOne(gradientBuild(build), losses), [
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("refuses weights that do not fit", () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [2, 3] });
    const weight = graph.input("w", { dtype: "float32", shape: [3] });
    expect(() => reduceLoss(x, "mean", { weight })).toThrow(
      "sample weights of shape [3] do not fit losses of shape [2, 3]: give one weight for each sample, or one for each position.",
    );
  });
});

describe("shapes", () => {
  function emitted(loss: Loss, target: number[], prediction: number[]) {
    const graph = new Graph();
    return loss.emit(
      graph.input("t", { dtype: loss.targetDtype, shape: target }),
      graph.input("p", { dtype: "float32", shape: prediction }),
    );
  }

  it("that would broadcast are refused", () => {
    expect(() => emitted(meanSquaredError(), [32, 1], [32, 10])).toThrow(
      "meanSquaredError: expected a target of the prediction's shape [32, 10], received [32, 1].",
    );
  });

  it("tell class numbers from one-hot targets", () => {
    expect(() => emitted(categoricalCrossentropy(), [32], [32, 10])).toThrow(
      /received \[32\]\. For targets that are class numbers use a loss whose name begins with sparse\.$/,
    );
    expect(() => emitted(sparseCategoricalCrossentropy(), [32, 10], [32, 10])).toThrow(
      "sparseCategoricalCrossentropy: expected class numbers of shape [32] for a prediction of shape [32, 10], " +
        "received a target of shape [32, 10]. For one-hot targets use categoricalCrossentropy.",
    );
    expect(emitted(sparseCategoricalCrossentropy(), [32, 5], [32, 5, 10]).shape).toEqual([32, 5]);
    expect(emitted(sparseCategoricalCrossentropy({ axis: 1 }), [2, 5], [2, 10, 5]).shape).toEqual([2, 5]);
  });
});

it("a loss of one's own is a function", async () => {
  const loss = lossFrom("worstError", (target, prediction) =>
    reduceMean(abs(sub(target, prediction)), { axes: [-1] }),
  );
  const value = await evaluateOne((t, p) => emitLoss(loss, t, p), [[1, 2]], [[2, 4]]);
  expectClose(value, 1.5);
  expect(() => lossFrom("x", (t) => t, { reduction: "average" as never })).toThrow(
    'lossFrom "x": reduction must be "sumOverBatchSize", "sum", "mean", "meanWithSampleWeight" or "none", received "average".',
  );
});

it("crossentropies can be differentiated twice", async () => {
  const x = [
    [0.2, -0.4, 0.9],
    [1.1, 0.3, -0.7],
  ];
  await checkGradient(
    (input) => categoricalCrossentropy().emit(input.graph.constant(tensor(oneHot)), softmax(input)),
    [x],
    { second: true },
  );
  await checkGradient(
    (input) => sparseCategoricalCrossentropy().emit(input.graph.constant(numbers), softmax(input)),
    [x],
    { second: true },
  );
});
