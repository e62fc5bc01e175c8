import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { expect, it } from "vitest";
import { Graph } from "../../graph/graph.js";
import { add } from "../../ops/add.js";
import { cast } from "../../ops/cast.js";
import { matMul } from "../../ops/matMul.js";
import { mul } from "../../ops/mul.js";
import { sigmoid } from "../../ops/sigmoid.js";
import { tanh } from "../../ops/tanh.js";
import { tensor } from "../../tensor/tensor.js";
import { readModel } from "../read/read.js";
import { foreign, info, node } from "../testing/foreign.js";
import { writeModel } from "../write/write.js";
import { type AddGradientsOptions, addGradients } from "./gradientModel.js";

/** y = sigmoid(tanh(x·w + b)·v), x [batch, 3], with y no scalar and an integer output beside it. */
function model(): Uint8Array {
  const graph = new Graph();
  const type = { dtype: "float64", shape: [2, 3] } as const;
  const x = graph.input("x", type);
  const w = graph.constant(
    tensor(
      [
        [0.5, -1],
        [0.25, 0.75],
        [-0.3, 0.1],
      ],
      { dtype: "float64" },
    ),
    "dense/kernel",
  );
  const b = graph.constant(tensor([0.1, -0.2], { dtype: "float64" }), "dense/bias");
  const v = graph.input("v", { dtype: "float64", shape: [2] });
  const y = sigmoid(mul(tanh(add(matMul(x, w), b)), v));
  graph.output("y", y);
  graph.output("whole", cast(y, "int64"));
  return writeModel(graph, {
    metadata: { author: "test" },
    openDimensions: { x: ["batch", 3], y: ["batch", 2], whole: ["batch", 2] },
  });
}

const options: AddGradientsOptions = {
  of: "y",
  wrt: ["x", "v", "dense/kernel", "dense/bias"],
  dimensions: { batch: 2 },
};
const x = [0.3, -1, 2, 0.7, 0.2, -0.4];
const v = [1.5, -0.5];

/** Plain ONNX Runtime, which knows nothing of Imago. */
async function run(
  bytes: Uint8Array,
  feeds: { x: number[]; v: number[] },
): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const results = await session.run({
    x: new OrtTensor("float64", Float64Array.from(feeds.x), [2, 3]),
    v: new OrtTensor("float64", Float64Array.from(feeds.v), [2]),
  });
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float64Array, Number)]),
  );
}

const sum = (values: readonly number[] | undefined): number => (values ?? []).reduce((a, b) => a + b, 0);

it("gives gradients that agree with central differences", async () => {
  const bytes = addGradients(model(), options);
  const results = await run(bytes, { x, v });
  expect(Object.keys(results)).toEqual([
    "y",
    "whole",
    "x_grad",
    "v_grad",
    "dense/kernel_grad",
    "dense/bias_grad",
  ]);
  const step = 1e-6;
  const moved = (values: number[], at: number, by: number): number[] =>
    values.map((value, index) => (index === at ? value + by : value));
  for (let at = 0; at < x.length; at++) {
    const ahead = await run(bytes, { x: moved(x, at, step), v });
    const behind = await run(bytes, { x: moved(x, at, -step), v });
    expect(results.x_grad?.[at]).toBeCloseTo((sum(ahead.y) - sum(behind.y)) / (2 * step), 8);
  }
  for (let at = 0; at < v.length; at++) {
    const ahead = await run(bytes, { x, v: moved(v, at, step) });
    const behind = await run(bytes, { x, v: moved(v, at, -step) });
    expect(results.v_grad?.[at]).toBeCloseTo((sum(ahead.y) - sum(behind.y)) / (2 * step), 8);
  }
});

it("differentiates initialisers, which stay initialisers", async () => {
  const bytes = addGradients(model(), options);
  const read = readModel(bytes);
  expect(read.metadata).toEqual({ author: "test" });
  expect(read.graph.inputs.map(({ name }) => name)).toEqual(["x", "v"]);
  const bias = read.values.get("dense/bias")?.constant?.data as Float64Array;
  const step = 1e-6;
  const shifted = async (by: number): Promise<number> => {
    const { graph, values } = readModel(model(), { dimensions: { batch: 2 } });
    const data = values.get("dense/bias")?.constant?.data as Float64Array;
    data[1] = (bias[1] as number) + by;
    return sum((await run(writeModel(graph), { x, v })).y);
  };
  const slope = ((await shifted(step)) - (await shifted(-step))) / (2 * step);
  const results = await run(bytes, { x, v });
  expect(results["dense/bias_grad"]?.[1]).toBeCloseTo(slope, 8);
});

it("differentiates again what it gave", async () => {
  const once = addGradients(model(), { ...options, wrt: ["v"] });
  const twice = await run(addGradients(once, { of: "v_grad", wrt: ["x"] }), { x, v });
  const step = 1e-6;
  const [first = 0, ...others] = x;
  const ahead = await run(once, { x: [first + step, ...others], v });
  const behind = await run(once, { x: [first - step, ...others], v });
  expect(twice.x_grad?.[0]).toBeCloseTo((sum(ahead.v_grad) - sum(behind.v_grad)) / (2 * step), 7);
});

it.each<[string, readonly (number | string)[]]>([
  ["a name", ["batch", 3]],
  ["no name", [-1, 3]],
])("takes a batch of 1 where the file leaves it open, with %s", (_, sizes) => {
  const file = foreign({ input: [info("x", sizes)], output: [info("y", sizes)] });
  const shape = (more: object): unknown =>
    readModel(addGradients(file, { of: "y", wrt: ["x"], ...more })).graph.inputs[0]?.shape;
  expect(shape({})).toEqual([1, 3]);
  expect(shape({ batch: 4 })).toEqual([4, 3]);
  expect(shape({ inputShapes: { x: [2, 3] } })).toEqual([2, 3]);
});

it("leaves no other size to chance", () => {
  const file = foreign({ input: [info("x", ["batch", "width"])], output: [info("y")] });
  expect(() => addGradients(file, { of: "y", wrt: ["x"] })).toThrow('the size "width" is open');
  const unnamed = foreign({ input: [info("x", [-1, -1])], output: [info("y")] });
  expect(() => addGradients(unnamed, { of: "y", wrt: ["x"] })).toThrow('input "x" is [?, ?]. Give its shape');
});

it("differentiates by what Constant nodes hold, which become initialisers", async () => {
  const file = foreign({
    input: [info("x", [2, 3])],
    nodes: [
      node(
        "Constant",
        [],
        ["w"],
        [{ name: "value", t: { dims: [3], dataType: 1, floatData: [1, 2, 3] }, type: 4 }],
      ),
      node("Constant", [], ["b"], [{ name: "value_float", f: 0.5, type: 1 }]),
      node("Mul", ["x", "w"], ["p"]),
      node("Add", ["p", "b"], ["y"]),
    ],
    output: [info("y", [2, 3])],
  });
  const bytes = addGradients(file, { of: "y", wrt: ["w", "b"] });
  const { values } = readModel(bytes);
  expect(values.get("w")?.constant?.toArray()).toEqual([1, 2, 3]);
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const feed = new OrtTensor("float32", Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  const { w_grad, b_grad } = await session.run({ x: feed });
  expect(Array.from(w_grad?.data as Float32Array)).toEqual([5, 7, 9]);
  expect(Array.from(b_grad?.data as Float32Array)).toEqual([6]);
  await session.release();
  expect(() => addGradients(file, { of: "y", wrt: ["v"] })).toThrow(
    'no input or initialiser "v". There are: x, w, b.',
  );
});

it("gives a second gradient by the same value another name", async () => {
  const once = addGradients(model(), { ...options, wrt: ["x"] });
  const twice = addGradients(once, { of: "x_grad", wrt: ["x", "dense/bias"] });
  const results = await run(twice, { x, v });
  expect(Object.keys(results)).toEqual(["y", "whole", "x_grad", "x_grad_grad", "dense/bias_grad"]);
  const step = 1e-6;
  for (let at = 0; at < x.length; at++) {
    const moved = (by: number): number[] => x.map((value, index) => (index === at ? value + by : value));
    const ahead = await run(once, { x: moved(step), v });
    const behind = await run(once, { x: moved(-step), v });
    expect(results.x_grad_grad?.[at]).toBeCloseTo((sum(ahead.x_grad) - sum(behind.x_grad)) / (2 * step), 7);
  }
  const thrice = await run(addGradients(twice, { of: "x_grad_grad", wrt: ["x"] }), { x, v });
  expect(Object.keys(thrice)).toContain("x_grad_grad_grad");
});

it.each<[Partial<AddGradientsOptions>, string]>([
  [{ of: "z" }, 'addGradients: the model has no output "z". There are: y, whole.'],
  [
    { wrt: ["dense/kernl"] },
    'addGradients: the model has no input or initialiser "dense/kernl". Did you mean "dense/kernel"? There are: x, v, dense/kernel, dense/bias.',
  ],
  [{ of: "whole" }, 'addGradients: of "whole" is int64, expected a floating-point value'],
  [{ batch: -1 }, "addGradients: batch must be a whole number from 0, received -1"],
  [{ dimension: 1 } as object, 'addGradients: unknown option "dimension". Did you mean "dimensions"?'],
  [{ wrt: ["x", "x"] }, 'addGradients: wrt names "x" twice'],
])("says what is wrong: %o", (change, message) => {
  expect(() => addGradients(model(), { ...options, ...change })).toThrow(message);
});
