import { expect, it } from "vitest";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { lower } from "../../engine/lowering/lower.js";
import { matMul } from "../../engine/ops/matMul.js";
import { transpose } from "../../engine/ops/transpose.js";
import { Generator } from "../../engine/random/generator.js";
import { sizeOf } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import * as makers from "./all.js";
import { applyUpdates } from "./applyUpdates.js";
import type { Optimizer } from "./optimizer.js";

const shape = [96, 64];
const scalar = { dtype: "float32", shape: [] } as const;
const matrix = (rows: number, columns: number) => ({ dtype: "float32", shape: [rows, columns] }) as const;

/** One update of a weight whose gradient is a product, as a dense layer's, or comes as it is. */
function update(optimizer: Optimizer, isProduct: boolean): Graph {
  const graph = new Graph();
  const gradient = isProduct
    ? matMul(transpose(graph.input("x", matrix(16, 96))), graph.input("dy", matrix(16, 64)))
    : graph.input("g", { dtype: "float32", shape });
  const inputs = (
    names: readonly string[],
    type: { readonly dtype: "float32"; readonly shape: readonly number[] },
  ) => Object.fromEntries(names.map((name): [string, Value] => [name, graph.input(name, type)]));
  const [next] = applyUpdates({
    optimizer,
    weights: [graph.input("w", { dtype: "float32", shape })],
    gradients: [gradient],
    slots: [
      inputs(
        optimizer.slots(shape).map(({ name }) => name),
        { dtype: "float32", shape },
      ),
    ],
    learningRate: graph.input("rate", scalar),
    factors: inputs(Object.keys(optimizer.factors ?? {}), scalar),
  });
  graph.output("next", next?.weight as Value);
  for (const [name, value] of Object.entries(next?.slots ?? {})) graph.output(`next/${name}`, value);
  return graph;
}

function passes(graph: Graph): number {
  const whole = graph.nodes.filter(({ outputs: [output] }) => sizeOf(output?.shape ?? []) === sizeOf(shape));
  return whole.filter(({ operator }) => operator.type !== "Gemm").length;
}

function feeds(graph: Graph): Record<string, Tensor> {
  const random = new Generator(3);
  return Object.fromEntries(
    graph.inputs.map(({ name, shape }) => [
      name,
      // Slots hold squares.
      new Tensor(
        "float32",
        shape,
        random.normals(sizeOf(shape)).map((x) => (name === "g" ? x : Math.abs(x) + 0.1)),
      ),
    ]),
  );
}

it.each<[string, Optimizer, dense: number, other: number]>([
  ["sgd", makers.sgd(), 1, 1],
  ["sgd with momentum", makers.sgd({ momentum: 0.9 }), 2, 3],
  ["sgd with Nesterov's", makers.sgd({ momentum: 0.9, nesterov: true }), 3, 4],
  ["rmsprop", makers.rmsprop(), 6, 7],
  ["rmsprop with all", makers.rmsprop({ centered: true, momentum: 0.9 }), 12, 13],
  ["adam", makers.adam(), 8, 9],
  ["adam of large betas", makers.adam({ beta1: 0.99999, beta2: 0.9999999 }), 9, 9],
  ["adamW", makers.adamW(), 9, 10],
  ["nadam", makers.nadam(), 9, 10],
  ["adamax", makers.adamax(), 8, 8],
  ["adagrad", makers.adagrad(), 6, 6],
  ["adadelta", makers.adadelta(), 10, 11],
  ["lion", makers.lion(), 5, 5],
])(
  "%s takes as few passes as before, and gives what its formula gives",
  async (_name, optimizer, dense, other) => {
    for (const [isProduct, expected] of [
      [true, dense],
      [false, other],
    ] as const) {
      const graph = update(optimizer, isProduct);
      const lowered = lower(graph, { channelBlocks: false, ownKernels: true });
      expect(passes(lowered)).toBe(expected);
      const given = feeds(graph);
      const run = async (made: Graph) => {
        const program = await testRuntime().compile(made, { lower: false });
        const results = await program.run(given);
        await program.dispose();
        return results;
      };
      const [wanted, actual] = [await run(graph), await run(lowered)];
      for (const [name, tensor] of Object.entries(wanted)) expectClose(actual[name] as Tensor, tensor);
    }
  },
);

it("puts no operator of ONNX Runtime's own into graphs for other devices", () => {
  const domains = lower(update(makers.adam(), true)).nodes.map(({ operator }) => operator.domain);
  expect(new Set(domains)).toEqual(new Set([""]));
});
