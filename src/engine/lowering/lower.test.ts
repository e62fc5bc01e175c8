import { expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.js";
import { Graph, type Value } from "../graph/graph.js";
import { printGraph } from "../graph/print.js";
import { writeModel } from "../onnx/write/write.js";
import { add } from "../ops/add.js";
import { exp } from "../ops/exp.js";
import { expand } from "../ops/expand.js";
import { identity } from "../ops/identity.js";
import { matMul } from "../ops/matMul.js";
import { mul } from "../ops/mul.js";
import { reduceMean } from "../ops/reduceMean.js";
import { relu } from "../ops/relu.js";
import { reshape } from "../ops/reshape.js";
import { scan } from "../ops/scan/scan.js";
import { sin } from "../ops/sin.js";
import { sub } from "../ops/sub.js";
import { tanh } from "../ops/tanh.js";
import { transpose } from "../ops/transpose.js";
import { type Tensor, tensor } from "../tensor/tensor.js";
import { testRuntime } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { lower } from "./lower.js";
import { typesOf } from "./testing/checkRule.js";

async function sameResults(graph: Graph, feeds: Record<string, Tensor>): Promise<void> {
  const [before, after] = await Promise.all(
    [graph, lower(graph)].map((g) => testRuntime().compile(g, { lower: false })),
  );
  const expected = await before!.run(feeds);
  const actual = await after!.run(feeds);
  expect(after!.outputNames).toEqual(before!.outputNames);
  for (const name of before!.outputNames) expectClose(actual[name]!, expected[name]!);
  await before!.dispose();
  await after!.dispose();
}

/** A dense layer's loss and its gradients. */
function denseStep(): { graph: Graph; feeds: Record<string, Tensor> } {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [4, 3] });
  const w = graph.input("w", { dtype: "float32", shape: [3, 2] });
  const b = graph.input("b", { dtype: "float32", shape: [2] });
  const error = sub(relu(add(matMul(x, w), b)), 1);
  const loss = reduceMean(mul(error, error));
  graph.output("loss", loss);
  gradients(loss, [w, b]).forEach((gradient, index) => {
    graph.output(`gradient${index}`, gradient);
  });
  const single = (shape: number[]): Tensor => varied(shape).cast("float32");
  return { graph, feeds: { x: single([4, 3]), w: single([3, 2]), b: single([2]) } };
}

it("simplifies a training step", async () => {
  const { graph, feeds } = denseStep();
  await sameResults(graph, feeds);
  expect(printGraph(lower(graph))).toMatchInlineSnapshot(`
    "graph(x: float32[4, 3], w: float32[3, 2], b: float32[2]) {
      scalar = float32[] {1}
      scalar_2 = float32[] {0}
      scalar_4 = float32[] {0.125}
      constant_7 = int64[1] {0}
      matmul: float32[4, 2] = MatMul(x, w)
      add: float32[4, 2] = Add(matmul, b)
      relu: float32[4, 2] = Relu(add)
      sub: float32[4, 2] = Sub(relu, scalar)
      mul: float32[4, 2] = Mul(sub, sub)
      reducemean: float32[] = ReduceMean(mul, keepdims=0)
      mul_1: float32[4, 2] = Mul(scalar_4, sub)
      add_1: float32[4, 2] = Add(mul_1, mul_1)
      greater: bool[4, 2] = Greater(relu, scalar_2)
      cast: float32[4, 2] = Cast(greater, to=1)
      mul_3: float32[4, 2] = Mul(add_1, cast)
      reshape_2: float32[2] = ReduceSum(mul_3, constant_7, keepdims=0)
      matmul_2: float32[3, 2] = Gemm(x, mul_3, transA=1)
      return loss = reducemean, gradient0 = matmul_2, gradient1 = reshape_2
    }"
  `);
});

it("enters bodies of loops", async () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [5, 2, 2] });
  const w = graph.input("w", { dtype: "float32", shape: [2, 2] });
  const { states, outputs } = scan({
    states: [w],
    sequences: [x],
    body: ([state], [element]) => {
      const next = tanh(matMul(mul(state as Value, 1), transpose(identity(element as Value))));
      const ones = expand((state as Value).graph.scalar(1, "float32"), [2, 2]);
      return { states: [add(next, sub(next, mul(next, ones)))], outputs: [exp(w)] };
    },
  });
  graph.output("last", states[0] as Value);
  graph.output("all", outputs[0] as Value);
  await sameResults(graph, { x: varied([5, 2, 2]).cast("float32"), w: varied([2, 2]).cast("float32") });
  expect(typesOf(lower(graph))).toEqual(["Exp", "Scan", "[Gemm Tanh Sub Add]"]);
});

it("keeps the names of inputs and outputs, and inputs that nothing needs", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [2] });
  graph.input("unused", { dtype: "int64", shape: [1] });
  graph.output("y", mul(x, 1));
  graph.output("z", identity(x));
  const lowered = lower(graph);
  expect(lowered.inputs.map(({ name }) => name)).toEqual(["x", "unused"]);
  expect(lowered.outputs.map(({ name, value }) => [name, value.name])).toEqual([
    ["y", "x"],
    ["z", "x"],
  ]);
  expect(lowered.nodes).toEqual([]);
});

it("leaves the graph it is given as it is", () => {
  const { graph } = denseStep();
  const before = printGraph(graph);
  lower(graph);
  expect(printGraph(graph)).toBe(before);
});

it("gives the same bytes every time, and changes nothing the second time", () => {
  const { graph } = denseStep();
  const once = lower(graph);
  expect(writeModel(lower(denseStep().graph))).toEqual(writeModel(once));
  expect(typesOf(lower(once))).toEqual(typesOf(once));
});

it("lowers a wide graph of 20,000 nodes", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [2, 2] });
  for (let index = 0; index < 4000; index++) {
    const moved = add(transpose(mul(x, index)), 0);
    graph.output(`y${index}`, reshape(reshape(moved, [4]), [2, 2]));
  }
  expect(graph.nodes).toHaveLength(20_000);
  const lowered = lower(graph);
  // x · 0 must stay, x · 1 not.
  expect(lowered.nodes).toHaveLength(7999);
});

it("does not overflow the stack on a deep graph", () => {
  const graph = new Graph();
  let value: Value = graph.input("x", { dtype: "float32", shape: [2] });
  for (let index = 0; index < 10_000; index++) value = add(sin(value), 0);
  graph.output("y", value);
  const [gradient] = gradients(value, [graph.inputs[0] as Value]);
  graph.output("gradient", gradient);
  expect(graph.nodes.length).toBeGreaterThan(40_000);
  const lowered = lower(graph);
  // A sine and a cosine at each step, and a product at all but the first.
  expect(lowered.nodes.length).toBeLessThanOrEqual(30_000);
});

it("lowers 2,000 loops behind each other", () => {
  const graph = new Graph();
  let value: Value = graph.input("x", { dtype: "float32", shape: [3, 2] });
  const { operator } = scan;
  for (let index = 0; index < 2000; index++) {
    const { outputs } = scan({
      states: [],
      sequences: [value],
      body: (_states, [element]) => {
        let inner = element as Value;
        for (let step = 0; step < 9; step++) inner = mul(sin(inner), 1);
        return { states: [], outputs: [inner] };
      },
    });
    value = outputs[0] as Value;
  }
  graph.output("y", value);
  const lowered = lower(graph);
  expect(lowered.nodes.every((node) => node.operator === operator)).toBe(true);
  expect(typesOf(lowered)[1]).toBe(`[${new Array(9).fill("Sin").join(" ")}]`);
});

it("computes what a scalar seed leads to at once", async () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [8] });
  const [gradient] = gradients(reduceMean(mul(x, x)), [x]);
  graph.output("gradient", gradient);
  await sameResults(graph, { x: tensor([1, 2, 3, 4, 5, 6, 7, 8]) });
  expect(typesOf(lower(graph))).toEqual(["Mul", "Add"]);
});
