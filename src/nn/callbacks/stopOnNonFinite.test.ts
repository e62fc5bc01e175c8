import { describe, expect, it } from "vitest";
import type { Value } from "../../engine/graph/graph.js";
import { div } from "../../engine/ops/div.js";
import { mul } from "../../engine/ops/mul.js";
import { sqrt } from "../../engine/ops/sqrt.js";
import { sub } from "../../engine/ops/sub.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { lambda } from "../layers/core/lambda.js";
import { dropout } from "../layers/regularization/dropout.js";
import type { LossSpec } from "../losses/resolve.js";
import { model } from "../models/model.js";
import type { RegularizerSpec } from "../regularizers/resolve.js";
import { stopOnNonFinite } from "./stopOnNonFinite.js";

const runtime = testRuntime();

interface Case {
  readonly between?: ((x: SymbolicTensor) => SymbolicTensor) | undefined;
  readonly learningRate?: number;
  readonly loss?: LossSpec;
  readonly x?: readonly number[][];
  readonly regularizer?: RegularizerSpec;
}

/** Why training stops, with a layer between two dense ones. */
async function reason({ between = (x) => x, learningRate = 0.1, loss = "mse", x, regularizer }: Case) {
  const inputs = input({ shape: [2] });
  const hidden = dropout({ rate: 0.5 })(
    dense({ units: 3, name: "hidden", kernelRegularizer: regularizer })(inputs),
  );
  const outputs = { answer: dense({ units: 1, name: "answer" })(between(hidden)) };
  const net = model({ inputs, outputs, runtime });
  net.compile({ optimizer: { name: "sgd", config: { learningRate } }, loss });
  const data = x ?? [
    [1, 2],
    [3, 4],
    [5, 6],
  ];
  const { stopped, position } = await net.fit(
    data,
    { answer: data.map(() => 1) },
    {
      batchSize: 1,
      epochs: 60,
      callbacks: [stopOnNonFinite()],
    },
  );
  await net.dispose();
  return { stopped, position };
}

const emit = (name: string, run: (x: Value) => Value) => lambda(([x]) => run(x as Value), { name });

describe("stopOnNonFinite", () => {
  it("lets finite training be", async () => {
    expect((await reason({ learningRate: 0.001 })).stopped).toBeUndefined();
  });

  it("names the layer whose output is the first", async () => {
    const { stopped, position } = await reason({ between: emit("quotient", (x) => div(x, sub(x, x))) });
    expect(stopped).toMatch(
      /^stopOnNonFinite: the loss is (NaN|Infinity) in epoch 1, step 1\. layer "quotient" \(lambda\): its output is the first value/,
    );
    expect(position).toMatchObject({ epoch: 0, step: 1 });
  });

  it("names the weight that an update has made so", async () => {
    const { stopped } = await reason({ learningRate: 1e38 });
    expect(stopped).toMatch(
      /layer "(hidden|answer)" \(dense\): its weight "(kernel|bias)" was not finite before this step/,
    );
  });

  it("names the loss of an output", async () => {
    // The outputs stay finite in float32, their squares do not.
    const { stopped } = await reason({
      x: [
        [1e25, 1e25],
        [1e25, 1e25],
      ],
      learningRate: 0,
    });
    expect(stopped).toContain('the loss of output "answer" is the first value that is not finite');
  });

  it("names the weight whose gradient is the first", async () => {
    // The square root of 0 is finite, its slope is not: the loss is NaN one step after the weight.
    const { stopped } = await reason({ between: emit("root", (x) => sqrt(mul(x, 0))) });
    expect(stopped).toMatch(
      /step \d\. layer "hidden" \(dense\): its weight "kernel" was not finite before this step/,
    );
  });

  it("finds it in the run that went wrong, dropout included", async () => {
    // Only units that were dropped are 0, and only dividing by them fails.
    const { stopped } = await reason({ between: emit("quotient", (x) => div(1, x)) });
    expect(stopped).toContain('layer "quotient" (lambda): its output is the first value that is not finite');
  });
});

describe("Trainer.findNonFinite", () => {
  const build = (between: (x: Value) => Value) => {
    const inputs = input({ shape: [2] });
    const hidden = dense({ units: 2, name: "hidden" })(inputs);
    const net = model({ inputs, outputs: emit("between", between)(hidden), runtime });
    net.compile({ optimizer: "sgd", loss: "mse" });
    return net;
  };
  const batchOf = (x: number) => ({
    size: 1,
    inputs: [new Tensor("float32", [1, 2], Float32Array.of(x, 1))],
    targets: [Tensor.zeros([1, 2])],
    weights: [undefined],
  });

  it("names a gradient while the loss is finite", async () => {
    const trainer = await build((x) => sqrt(mul(x, 0))).trainer();
    const batch = batchOf(1);
    await trainer.train(batch);
    expect(await trainer.findNonFinite(batch)).toEqual({
      kind: "gradient",
      layer: "hidden",
      type: "dense",
      weight: "bias",
    });
  });

  it("names the input", async () => {
    const trainer = await build((x) => x).trainer();
    const batch = batchOf(Number.NaN);
    await trainer.train(batch);
    expect(await trainer.findNonFinite(batch)).toEqual({ kind: "input", layer: "hidden", type: "dense" });
  });

  it("finds nothing where there is nothing, and leaves no program behind", async () => {
    const net = build((x) => x);
    const trainer = await net.trainer();
    const batch = batchOf(1);
    await trainer.train(batch);
    const before = runtime.liveSessions;
    expect(await trainer.findNonFinite(batch)).toBeUndefined();
    expect(runtime.liveSessions).toBe(before);
  });

  it("names layers of models inside by their paths", async () => {
    const a = input({ shape: [2] });
    const inner = model({ inputs: a, outputs: emit("quotient", (x) => div(x, sub(x, x)))(a), name: "inner" });
    const inputs = input({ shape: [2] });
    const net = model({ inputs, outputs: inner.asLayer()(dense({ units: 2 })(inputs)), runtime });
    net.compile({ optimizer: "sgd", loss: "mse" });
    const trainer = await net.trainer();
    await trainer.train(batchOf(1));
    expect(await trainer.findNonFinite(batchOf(1))).toEqual({
      kind: "output",
      layer: "inner/quotient",
      type: "lambda",
    });
  });
});
