import { expect, it } from "vitest";
import { add } from "../ops/add.js";
import { exp } from "../ops/exp.js";
import { mul } from "../ops/mul.js";
import { scan } from "../ops/scan/scan.js";
import { sin } from "../ops/sin.js";
import { split } from "../ops/split.js";
import { tensor } from "../tensor/tensor.js";
import { cut, reach } from "./cut.js";
import { Graph, type Value } from "./graph.js";
import { printGraph } from "./print.js";
import { verify } from "./verify.js";

const type = { dtype: "float32", shape: [2] } as const;

function sample(): { graph: Graph; x: Value; w: Value; hidden: Value; y: Value } {
  const graph = new Graph();
  const x = graph.input("x", type);
  const w = graph.input("w", type);
  graph.input("unused", type);
  const hidden = mul(exp(x), tensor([1, 2]));
  const y = add(hidden, w);
  sin(y);
  graph.constant(tensor([9]), "dead");
  graph.output("y", y);
  return { graph, x, w, hidden, y };
}

it("leaves out what no output needs and keeps names", () => {
  const { graph, y } = sample();
  const { graph: copy, copyOf } = cut(graph, { outputs: graph.outputs });
  verify(copy, "cutting");
  expect(printGraph(copy)).toMatchInlineSnapshot(`
    "graph(x: float32[2], w: float32[2]) {
      constant = float32[2] {1, 2}
      exp: float32[2] = Exp(x)
      mul: float32[2] = Mul(exp, constant)
      add: float32[2] = Add(mul, w)
      return y = add
    }"
  `);
  expect(copyOf.get(y)).toBe(copy.outputs[0]?.value);
});

it("keeps inputs that are not needed where asked to", () => {
  const { graph } = sample();
  const names = (keepInputs: boolean): string[] =>
    cut(graph, { outputs: graph.outputs, keepInputs }).graph.inputs.map(({ name }) => name);
  expect(names(false)).toEqual(["x", "w"]);
  expect(names(true)).toEqual(["x", "w", "unused"]);
});

it("makes inputs of values in the middle, under their own names or others", () => {
  const { graph, hidden, y } = sample();
  const own = cut(graph, { outputs: [{ name: "z", value: y }], inputs: [hidden] }).graph;
  verify(own, "cutting");
  expect(own.inputs.map(({ name }) => name)).toEqual(["w", hidden.name]);
  expect(own.nodes.map((node) => node.operator.type)).toEqual(["Add"]);
  const other = cut(graph, { outputs: graph.outputs, inputs: [["h", hidden]] }).graph;
  expect(other.inputs.map(({ name }) => name)).toEqual(["w", "h"]);
});

it("gives a graph without nodes where an output is an input", () => {
  const { graph, x } = sample();
  const { graph: copy } = cut(graph, { outputs: [{ name: "same", value: x }] });
  expect([copy.nodes, copy.inputs.map(({ name }) => name)]).toEqual([[], ["x"]]);
});

it("keeps a node of which one output is cut at and another is needed", () => {
  const graph = new Graph();
  const x = graph.input("x", type);
  const [a, b] = split(x, { axis: 0, sizes: [1, 1] }) as [Value, Value];
  graph.output("y", add(a, b));
  const { graph: copy } = cut(graph, { outputs: graph.outputs, inputs: [["a", a]] });
  verify(copy, "cutting");
  expect(copy.inputs.map(({ name }) => name)).toEqual(["x", "a"]);
  expect(copy.nodes.map((node) => node.operator.type)).toEqual(["Split", "Add"]);
});

it("copies sub-graphs without what they do not need, and what they capture", () => {
  const graph = new Graph();
  const x = graph.input("x", type);
  const w = graph.input("w", { dtype: "float32", shape: [] });
  const twice = mul(w, 2);
  const { outputs } = scan({
    states: [],
    sequences: [x],
    body: (_states, [element]) => {
      sin(element as Value);
      return { states: [], outputs: [mul(element as Value, twice)] };
    },
  });
  graph.output("y", outputs[0] as Value);
  const { graph: copy, copyOf } = cut(graph, { outputs: graph.outputs });
  verify(copy, "cutting");
  const body = copy.nodes.at(-1)?.attributes.graph("body");
  expect(body?.nodes.map((node) => node.operator.type)).toEqual(["Mul"]);
  expect(body?.nodes[0]?.inputs[1]).toBe(copyOf.get(twice));
  expect(body?.parent).toBe(copy);
});

it("refuses outputs of other graphs", () => {
  const { graph } = sample();
  const { y } = sample();
  expect(() => cut(graph, { outputs: [{ name: "y", value: y }] })).toThrow(
    'cut: output "y" (%add) is of another graph',
  );
});

it("tells what outputs depend on, not looking behind sources", () => {
  const { graph, x, w, hidden, y } = sample();
  const all = reach(graph, graph.outputs);
  expect([x, w, hidden, y].every((value) => all.has(value))).toBe(true);
  const some = reach(graph, graph.outputs, new Set([hidden]));
  expect([x, w, hidden, y].map((value) => some.has(value))).toEqual([false, true, true, true]);
});
