import { expect, it } from "vitest";
import { Graph } from "../graph/graph.js";
import { mul } from "../ops/mul.js";
import { Tensor } from "../tensor/tensor.js";
import { nodeRuntime } from "./node.js";
import { giveBack, madeByLowering } from "./spentMemory.node.js";

const size = 2 ** 20;

it("tells what lowering made of what was given, also as another shape of the same memory", () => {
  const weights = Tensor.full([size], 2);
  const given = new Graph();
  const x = given.input("x", { dtype: "float32", shape: [size] });
  given.output("y", mul(x, given.constant(weights)));
  const lowered = new Graph();
  lowered.constant(weights.reshape([2, size / 2]));
  lowered.constant(Tensor.full([16], 1));
  const made = Tensor.full([size], 3);
  lowered.constant(made);
  lowered.constant(made.reshape([size, 1]));
  expect(madeByLowering(given, lowered)).toEqual([made.data.buffer]);
});

it("frees a buffer", async () => {
  const tensor = Tensor.full([size], 1);
  await giveBack(tensor.data.buffer as ArrayBuffer);
  expect(tensor.data.length).toBe(0);
});

it("leaves a graph's own constants to be compiled again", async () => {
  const runtime = nodeRuntime({ threads: 1 });
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [size] });
  const weights = Tensor.full([size], 2);
  graph.output("y", mul(x, graph.constant(weights)));
  for (let time = 0; time < 2; time++) {
    const program = await runtime.compile(graph);
    const { y } = await program.run({ x: Tensor.full([size], 3) });
    expect(y?.data.every((number) => number === 6)).toBe(true);
    await program.dispose();
  }
  expect(weights.data.length).toBe(size);
  await runtime.dispose();
});
