import { expect, it } from "vitest";
import { Graph } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { exp } from "../ops/exp.js";
import { tensor } from "../tensor/tensor.js";
import { testRuntime } from "../testing/evaluate.js";
import { readModel } from "./read.js";
import { writeModel } from "./write.js";

it("lets constants and results give way to outputs of their names, every time alike", async () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [] });
  const constant = graph.constant(tensor(1), "c");
  const first = exp(x);
  const second = add(first, constant);
  graph.output("exp", second);
  graph.output("c", first);
  const bytes = writeModel(graph);
  expect(writeModel(graph)).toEqual(bytes);
  const program = await testRuntime().compile(graph);
  const results = await program.run({ x: tensor(0) });
  expect([results.exp?.item(), results.c?.item()]).toEqual([2, 1]);
  await program.dispose();
});

it("refuses an output with the name of an input", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [] });
  graph.output("x", exp(x));
  expect(() => writeModel(graph)).toThrow('output "x": an input of the graph has that name');
});

it("sorts metadata and declares open sizes", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [2, 3] });
  graph.output("y", exp(x));
  const openDimensions = { x: ["batch", 3], y: ["batch", 3] };
  const bytes = writeModel(graph, { openDimensions, metadata: { b: "", a: "1" } });
  expect(writeModel(graph, { openDimensions, metadata: { a: "1", b: "" } })).toEqual(bytes);
  const read = readModel(bytes, { dimensions: { batch: 7 } });
  expect(read.graph.outputs[0]?.value.shape).toEqual([7, 3]);
  expect(read.openDimensions).toEqual(openDimensions);
});
