import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import type { Value } from "../../engine/graph/graph.js";
import * as ops from "../../engine/ops/index.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import type { OpenShape } from "../layers/base/openType.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { lambda } from "../layers/core/lambda.js";
import { timeDistributed } from "../layers/recurrent/timeDistributed.js";
import { inferenceGraph } from "../network/inferenceGraph.js";
import { exportOnnx } from "./exportOnnx.js";
import { type Model, model } from "./model.js";

const runtime = testRuntime();
type Compute = (value: Value) => Value;
const net = (of: Compute, shape: OpenShape = [null, 6]): Model => {
  const x = input({ shape });
  return model({ inputs: { x }, outputs: { y: lambda(([v]) => of(v as Value))(x) }, runtime }) as Model;
};

describe("a function that looks at a size", () => {
  const why = 'the open sizes of "model" cannot stay open: layer "lambda": ';
  it.each<[string, Compute]>([
    ["above 20", (v) => ops.mul(v, v.size(1) > 20 ? 2 : 3)],
    ["above 16, by other operators", (v) => (v.size(1) > 16 ? ops.neg(v) : ops.exp(v))],
    ["of 1", (v) => ops.mul(v, v.size(1) === 1 ? 2 : 3)],
    ["of 2", (v) => ops.mul(v, v.size(1) === 2 ? 2 : 3)],
    ["of 3", (v) => ops.mul(v, v.size(1) === 3 ? 2 : 3)],
    ["above 500", (v) => ops.mul(v, v.size(1) > 500 ? 2 : 3)],
  ])("is refused: %s", (_, of) => {
    for (const options of [{}, { dynamic: true }, { batchSize: 2 }]) {
      expect(() => exportOnnx(net(of), options)).toThrow(why);
      expect(() => exportOnnx(net(of), options)).toThrow(
        'Give those of input "x", without the batch: shapes: { x: [100, 6] }',
      );
    }
    expect(exportOnnx(net(of), { dynamic: true, shapes: { x: [9, 6] } }).length).toBeGreaterThan(50);
  });

  it.each([1, 2])("is a file for one batch, where that is what it looks at: %i", (batch) => {
    const of: Compute = (v) => ops.mul(v, v.size(0) === batch ? 2 : 3);
    expect(() => exportOnnx(net(of, [6]), { dynamic: true })).toThrow(
      'exportOnnx: the batch of "model" cannot be open: layer "lambda": a constant of its Mul depends on it. Give a batchSize instead.',
    );
    expect(exportOnnx(net(of, [6])).length).toBeGreaterThan(50);
  });

  it("is found inside a model and inside a wrapper", () => {
    const of = lambda(([v]) => ops.mul(v as Value, (v as Value).size(1) > 20 ? 2 : 3), { name: "steep" });
    const x = input({ shape: [null, 6] });
    const inner = model({ inputs: x, outputs: of(x), name: "inner" }).asLayer()(x) as SymbolicTensor;
    expect(() => exportOnnx(model({ inputs: { x }, outputs: inner }))).toThrow('layer "inner/steep": ');
    const series = input({ shape: [4, null, 6] });
    const wrapped = timeDistributed({ layer: of })(series);
    expect(() => exportOnnx(model({ inputs: { x: series }, outputs: wrapped }))).toThrow(
      'the open sizes of "model" cannot stay open: layer "timeDistributed',
    );
  });
});

describe("a function that follows its sizes", () => {
  it.each<[string, Compute]>([
    ["not at all", (v) => ops.mul(v, 2)],
    ["by a mean over steps", (v) => ops.sub(v, ops.reduceMean(v, { axes: [1], keepDims: true }))],
    ["by a shape", (v) => ops.reshape(v, [v.size(0), v.size(1) * 2, 3])],
    ["by a product of shapes", (v) => ops.reshape(v, [v.size(0) * v.size(1), 6])],
    ["by giving what it was given", (v) => v],
  ])("stays open, and is right at every size: %s", async (_, of) => {
    const x = input({ shape: [null, 6] });
    const y = lambda(([v]) => of(v as Value))(dense({ units: 6 })(x));
    const made = model({ inputs: { x }, outputs: { y }, runtime }) as Model;
    const session = await InferenceSession.create(exportOnnx(made, { dynamic: true }), {
      logSeverityLevel: 3,
    });
    for (const [batch, time] of [
      [1, 1],
      [2, 1],
      [1, 4],
      [3, 16],
      [2, 300],
    ] as const) {
      const data = Float32Array.from({ length: batch * time * 6 }, (_, at) => Math.sin(at));
      const found = await session.run({ x: new OrtTensor("float32", data, [batch, time, 6]) as never });
      const graph = await runtime.compile(inferenceGraph(made, { x: [batch, time, 6] }));
      const { y } = await graph.run({ x: new Tensor("float32", [batch, time, 6], data) });
      expectClose(new Tensor("float32", y?.shape ?? [], found.y?.data as Float32Array), y as Tensor);
      await graph.dispose();
    }
    await session.release();
  });
});
