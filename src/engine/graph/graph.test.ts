import { describe, expect, it } from "vitest";
import { add } from "../ops/add.js";
import { exp } from "../ops/exp.js";
import { mul } from "../ops/mul.js";
import { scan } from "../ops/scan/scan.js";
import { split } from "../ops/split.js";
import { tensor } from "../tensor/tensor.js";
import { Attributes } from "./attributes.js";
import { Graph, type Value } from "./graph.js";

const type = { dtype: "float32", shape: [2] } as const;

describe("names", () => {
  it("are made unique, whatever came before", () => {
    const graph = new Graph();
    const given = ["a", "a_1", "a", "a", "a_1", "a_1_1", "a"];
    const made = given.map((name) => graph.uniqueName(name));
    expect(new Set(made).size).toBe(given.length);
    expect(made.slice(0, 3)).toEqual(["a", "a_1", "a_2"]);
  });

  it("stay unique among thousands of one base", () => {
    const graph = new Graph();
    const made = new Set(
      Array.from({ length: 20_000 }, (_, index) => graph.uniqueName(index % 2 ? "x" : "x_1")),
    );
    expect(made.size).toBe(20_000);
  });

  it("of inputs are fixed", () => {
    const graph = new Graph();
    graph.input("x", type);
    expect(() => graph.input("x", type)).toThrow('graph input "x": the name is already taken');
  });

  it("are shared with sub-graphs, whose inputs are fed by position", () => {
    const graph = new Graph();
    graph.input("x", type);
    const body = new Graph(graph);
    expect(body.bodyInput("x", type).name).toBe("x_1");
    expect([graph.depth, body.depth, new Graph(body).depth]).toEqual([0, 1, 2]);
  });

  it("take prefixes of scopes, also in sub-graphs and after an error", () => {
    const graph = new Graph();
    const x = graph.input("x", type);
    const body = new Graph(graph);
    const [outer, inner] = graph.scoped("dense", () => [exp(x), body.scope]);
    expect([(outer as Value).name, (outer as Value).producer?.name, inner]).toEqual([
      ...["dense/exp", "dense/Exp", "dense/"],
    ]);
    expect(() =>
      graph.scoped("a", () =>
        graph.scoped("b", () => {
          throw new Error(graph.scope);
        }),
      ),
    ).toThrow("a/b/");
    expect(graph.scope).toBe("");
  });
});

it("makes equal scalars one value, and tells zeros and types apart", () => {
  const graph = new Graph();
  const one = graph.scalar(1, "float32");
  expect(graph.scalar(1, "float32")).toBe(one);
  expect(graph.scalar(1, "float64")).not.toBe(one);
  expect(graph.scalar(0, "float32")).not.toBe(graph.scalar(-0, "float32"));
  expect(Object.is(graph.scalar(-0, "float32").constant?.item(), -0)).toBe(true);
});

it("says the size of a value along an axis, from either end", () => {
  const x = new Graph().input("image", { dtype: "float32", shape: [2, 0, 5] });
  expect([0, 1, 2, -1, -2, -3].map((axis) => x.size(axis))).toEqual([2, 0, 5, 5, 0, 2]);
  for (const axis of [3, -4, 0.5]) {
    expect(() => x.size(axis)).toThrow(`%image has no axis ${axis}: its shape is [2, 0, 5]`);
  }
  expect(() => new Graph().scalar(1, "float32").size(-1)).toThrow("has no axis -1: its shape is []");
});

it("links values to what makes them", () => {
  const graph = new Graph();
  const x = graph.input("x", type);
  const constant = graph.constant(tensor([1, 2]), "c");
  const [a, b] = split(add(x, constant), { axis: 0, sizes: [1, 1] }) as [Value, Value];
  expect([x.producer, constant.producer, x.constant, constant.constant?.toArray()]).toEqual([
    undefined,
    undefined,
    undefined,
    [1, 2],
  ]);
  expect(a.producer).toBe(b.producer);
  expect(a.producer?.outputs).toEqual([a, b]);
  expect(graph.nodes.map((node) => node.operator.type)).toEqual(["Add", "Split"]);
  expect([`${x}`, x.rank]).toEqual(["%x: float32[2]", 1]);
});

it("completes errors of inference with the node and what came in", () => {
  const graph = new Graph();
  const x = graph.input("x", type);
  const y = graph.input("y", { dtype: "float32", shape: [3] });
  expect(() => add(x, y)).toThrow('Add "Add" (float32[2], float32[3]): shapes [2] and [3] do not broadcast');
  expect(() => graph.emit(add.operator, [x])).toThrow(
    'Add "Add_1" (float32[2]): expected 2 inputs, received 1',
  );
  expect(() => graph.emit(mul.operator, [x, undefined, x])).toThrow("(float32[2], none, float32[2])");
  expect(graph.nodes).toHaveLength(0);
});

it("refuses two outputs of a name", () => {
  const graph = new Graph();
  const x = graph.input("x", type);
  graph.output("y", x);
  expect(() => graph.output("y", exp(x))).toThrow(
    'graph output "y": there is already an output of that name',
  );
});

it("takes off what a draft appended, also after an error", () => {
  const graph = new Graph();
  const x = graph.input("x", type);
  const kept = exp(x);
  const drafted = graph.draft(() => {
    graph.bodyInput("d", type);
    return exp(kept);
  });
  expect(drafted.name).toBe("exp_1");
  expect(() =>
    graph.draft(() => {
      exp(kept);
      throw new Error("no");
    }),
  ).toThrow("no");
  expect([graph.inputs, graph.nodes.map(({ outputs }) => outputs[0])]).toEqual([[x], [kept]]);
});

describe("captures", () => {
  it("are values of the graphs around, each once, in order of use", () => {
    const graph = new Graph();
    const [x, a, b] = ["x", "a", "b"].map((name) => graph.input(name, type)) as [Value, Value, Value];
    let inner: Value | undefined;
    const { outputs } = scan({
      states: [],
      sequences: [x],
      body: (_states, [element]) => {
        const { outputs: nested } = scan({
          states: [],
          sequences: [mul(b, element as Value)],
          body: (_none, [part]) => {
            inner = add(mul(part as Value, a), element as Value);
            return { states: [], outputs: [add(inner, b)] };
          },
        });
        return { states: [], outputs: [nested[0] as Value] };
      },
    });
    const node = (outputs[0] as Value).producer;
    expect(node?.captures).toEqual([b, a]);
    expect(node?.dependencies).toEqual([x, b, a]);
    const innerGraph = (inner as Value).graph;
    expect([...innerGraph.captures()].map(({ name }) => name)).toEqual(["a", "element", "b"]);
  });

  it("include what a body only hands through", () => {
    const graph = new Graph();
    const [x, a] = ["x", "a"].map((name) => graph.input(name, type)) as [Value, Value];
    const { outputs } = scan({ states: [], sequences: [x], body: () => ({ states: [], outputs: [a] }) });
    expect((outputs[0] as Value).producer?.captures).toEqual([a]);
  });
});

it("extends a node with further outputs", () => {
  const graph = new Graph();
  const x = graph.input("x", type);
  const [y] = graph.emit(exp.operator, [x]) as [Value];
  const node = y.producer;
  const twice = { ...exp.operator, infer: () => [type, type] };
  const [z] = graph.emit(twice, [x]) as [Value];
  node?.extend(graph, Attributes.none);
  expect(node?.outputs).toEqual([y]);
  z.producer?.outputs.pop();
  z.producer?.extend(graph, Attributes.none);
  expect(z.producer?.outputs.map(({ name }) => name)).toEqual([z.name, "exp_3"]);
});
