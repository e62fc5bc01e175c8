import { expect, it } from "vitest";
import { Attributes, string } from "../graph/attributes.js";
import { Graph, type Value } from "../graph/graph.js";
import { scatterND } from "../ops/scatterND.js";
import { nodeRuntime } from "../runtime/node.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { expectClose } from "../testing/expectClose.js";
import { lower } from "./lower.js";
import { orderedScatter } from "./orderedScatter.js";
import { rewritten, typesOf } from "./testing/checkRule.js";

/** As a file has it: the function `scatterND` never emits it. */
const node = (inputs: readonly Value[], reduction?: string): Value =>
  (inputs[0] as Value).graph.emit(
    scatterND.operator,
    inputs,
    new Attributes({ reduction: reduction === undefined ? undefined : string(reduction) }),
  )[0] as Value;

const x = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
]);
const indices = tensor([[0n], [2n], [0n]]);
const updates = tensor([
  [10, 20],
  [30, 40],
  [50, 60],
]);

it.each(["add", "mul", "min", "max"])("replaces a ScatterND with reduction %s", async (reduction) => {
  const types = await rewritten(
    { nodes: [orderedScatter] },
    (...inputs) => node(inputs, reduction),
    x,
    indices,
    updates,
  );
  expect(types).toContain("ScatterElements");
  expect(types).not.toContain("ScatterND");
});

it("keeps one without", async () => {
  const once = tensor([[0n], [2n], [1n]]);
  const types = await rewritten({ nodes: [orderedScatter] }, (...inputs) => node(inputs), x, once, updates);
  expect(types).toEqual(["ScatterND"]);
});

it("loses no term with two threads", async () => {
  const [rows, columns] = [4096, 64];
  const graph = new Graph();
  const target = graph.input("x", { dtype: "float32", shape: [4, columns] });
  const places = graph.input("i", { dtype: "int64", shape: [rows, 1] });
  const terms = graph.input("u", { dtype: "float32", shape: [rows, columns] });
  graph.output("y", node([target, places, terms], "add"));
  const lowered = lower(graph);
  expect(typesOf(lowered)).not.toContain("ScatterND");
  const runtime = nodeRuntime({ threads: 2 });
  const program = await runtime.compile(lowered, { lower: false });
  const feeds = {
    x: Tensor.zeros([4, columns]),
    i: new Tensor(
      "int64",
      [rows, 1],
      BigInt64Array.from({ length: rows }, (_, i) => BigInt(i % 4)),
    ),
    u: Tensor.full([rows, columns], 1),
  };
  for (let trial = 0; trial < 20; trial++) {
    const { y } = await program.run(feeds);
    expectClose(y as Tensor, Tensor.full([4, columns], rows / 4));
  }
  await runtime.dispose();
});
