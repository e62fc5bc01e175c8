import { expect, it } from "vitest";
import { add } from "../ops/add.js";
import { clip } from "../ops/clip.js";
import { fusedMatMul } from "../ops/fusedMatMul.js";
import { scan } from "../ops/scan/scan.js";
import { split } from "../ops/split.js";
import { tensor } from "../tensor/tensor.js";
import { Attributes, floats, int, string } from "./attributes.js";
import { Graph, type Value } from "./graph.js";
import { printGraph } from "./print.js";

it("prints inputs, constants, nodes and outputs", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [2, 2] });
  const [a] = split(add(x, tensor([1, 2])), { axis: 1, sizes: [1, 1] }) as [Value];
  graph.output("y", fusedMatMul(a, x, { transA: true, alpha: 0.5 }));
  graph.output("x", x);
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "graph(x: float32[2, 2]) {
      constant = float32[2] {1, 2}
      constant_1 = int64[2] {1, 1}
      add: float32[2, 2] = Add(x, constant)
      split: float32[2, 1], split_1: float32[2, 1] = Split(add, constant_1, axis=1)
      fusedmatmul: float32[1, 2] = com.microsoft.FusedMatMul(split, x, alpha=0.5, transA=1)
      return y = fusedmatmul, x
    }"
  `);
});

it("prints inputs that are left out, and attributes of all kinds", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [] });
  graph.emit(clip.operator, [x, undefined, x]);
  const attributes = new Attributes({
    a: int(1),
    b: string('"quoted"'),
    c: floats([1, 0.5]),
    d: { kind: "tensor", value: tensor([1]) },
    e: { kind: "tensors", value: [tensor(1), tensor(2)] },
    f: { kind: "graphs", value: [new Graph(graph)] },
  });
  graph.emit({ ...clip.operator, type: "Any" }, [x], attributes);
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "graph(x: float32[]) {
      clip: float32[] = Clip(x, _, x)
      any: float32[] = Any(x, a=1, b="\\"quoted\\"", c=[1,0.5], d=float32[1] {1}, e=[float32[] {1}, float32[] {2}], f=[graph() {
        return 
      }])
      return 
    }"
  `);
});

it("indents sub-graphs", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [3, 2] });
  const { outputs } = scan({
    states: [],
    sequences: [x],
    body: (_states, [element]) => ({ states: [], outputs: [add(element as Value, 1)] }),
  });
  graph.output("y", outputs[0] as Value);
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "graph(x: float32[3, 2]) {
      scan: float32[3, 2] = Scan(x, body=graph(element: float32[2]) {
        scalar = float32[] {1}
        add: float32[2] = Add(element, scalar)
        return step = add
      }, num_scan_inputs=1)
      return y = scan
    }"
  `);
});
