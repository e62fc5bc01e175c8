import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { Attributes, float, floats, graphAttribute, int, ints, string } from "./attributes.js";
import { Graph } from "./graph.js";

const graph = new Graph();
const value = tensor([1]);
const attributes = new Attributes({
  keepdims: int(0),
  alpha: float(0.5),
  mode: string("x"),
  axes: ints([1, 2]),
  scales: floats([0.5]),
  names: { kind: "strings", value: ["a"] },
  value: { kind: "tensor", value },
  body: graphAttribute(graph),
  absent: undefined,
});

it("reads each kind", () => {
  expect([attributes.int("keepdims"), attributes.float("alpha"), attributes.string("mode")]).toEqual([
    0,
    0.5,
    "x",
  ]);
  expect([attributes.ints("axes"), attributes.floats("scales"), attributes.strings("names")]).toEqual([
    [1, 2],
    [0.5],
    ["a"],
  ]);
  expect(attributes.tensor("value")).toBe(value);
  expect(attributes.graph("body")).toBe(graph);
});

it("gives defaults for what is absent, not for what is there", () => {
  expect([attributes.int("keepdims", 1), attributes.int("other", 1)]).toEqual([0, 1]);
  expect([attributes.float("other", 2), attributes.string("other", "y")]).toEqual([2, "y"]);
  expect([attributes.ints("other"), attributes.tensor("other")]).toEqual([undefined, undefined]);
  expect([attributes.has("mode"), attributes.has("absent"), attributes.has("other")]).toEqual([
    true,
    false,
    false,
  ]);
});

it("refuses other kinds, and requires what has no default", () => {
  expect(() => attributes.int("alpha")).toThrow('attribute "alpha": expected int, received float');
  expect(() => attributes.float("keepdims", 1)).toThrow('attribute "keepdims": expected float, received int');
  expect(() => attributes.int("other")).toThrow('attribute "other" (int) is required');
  expect(() => attributes.graph("other")).toThrow('attribute "other" (graph) is required');
});

it("lists entries in the order of their names", () => {
  expect([...new Attributes({ b: int(1), a: int(2) })].map(([name]) => name)).toEqual(["a", "b"]);
});

it("finds and replaces sub-graphs, single and in lists", () => {
  const [first, second, third] = [new Graph(), new Graph(), new Graph()];
  const some = new Attributes({
    z: graphAttribute(third),
    branches: { kind: "graphs", value: [first, second] },
    axis: int(1),
  });
  expect(some.graphs()).toEqual([first, second, third]);
  const copies = new Map([first, second, third].map((one) => [one, new Graph()]));
  const mapped = some.mapGraphs((one) => copies.get(one) as Graph);
  expect(mapped.graphs()).toEqual([...copies.values()]);
  expect(mapped.int("axis")).toBe(1);
  expect(some.graphs()[0]).toBe(first);
});
