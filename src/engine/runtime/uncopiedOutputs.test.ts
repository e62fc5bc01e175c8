import { afterAll, expect, it } from "vitest";
import { Graph } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { gather } from "../ops/gather.js";
import { mul } from "../ops/mul.js";
import { reduceSum } from "../ops/reduceSum.js";
import { Tensor } from "../tensor/tensor.js";
import { nodeRuntime } from "./node.js";
import { hasLargeOutputs, isUncopied } from "./uncopiedOutputs.js";

const runtime = nodeRuntime({ threads: 1 });
afterAll(() => runtime.dispose());

function doubling(size: number): Graph {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [size] });
  graph.output("double", add(x, x));
  graph.output("sum", reduceSum(mul(x, 2)));
  return graph;
}

it("counts the bytes of all outputs", () => {
  expect(hasLargeOutputs(doubling(2 ** 15))).toBe(true);
  expect(hasLargeOutputs(doubling(2 ** 14))).toBe(false);
});

it("writes large outputs and small ones beside them, given or not, without copies", async () => {
  const size = 2 ** 19;
  const program = await runtime.compile(doubling(size));
  expect(program.outputNames).toEqual(["double", "sum"]);
  const feeds = { x: Tensor.full([size], 3) };
  const into = { double: Tensor.zeros([size]) };
  const run = async (): Promise<void> => {
    into.double.data.fill(0);
    const results = await program.run(feeds, into);
    expect(Object.keys(results)).toEqual(["double", "sum"]);
    expect(results.double).toBe(into.double);
    expect(into.double.data.every((value) => value === 6)).toBe(true);
    expect(results.sum?.item()).toBe(6 * size);
  };
  await run();
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 8; i++) await run();
  expect((process.memoryUsage().arrayBuffers - before) / 2 ** 20).toBeLessThan(1);
  const results = await program.run(feeds);
  expect(results.double?.data.every((value) => value === 6)).toBe(true);
});

it("lets errors of the run itself through", async () => {
  const graph = new Graph();
  const rows = graph.input("rows", { dtype: "int32", shape: [2 ** 16] });
  const table = graph.input("table", { dtype: "float32", shape: [4] });
  graph.output("picked", gather(table, rows));
  const program = await runtime.compile(graph);
  const feeds = { rows: Tensor.full([2 ** 16], 9, "int32"), table: Tensor.zeros([4]) };
  await expect(program.run(feeds)).rejects.toThrow("indices element out of data bounds");
  expect(isUncopied(new Error("indices element out of data bounds"))).toBe(false);
});
