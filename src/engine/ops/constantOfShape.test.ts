import { expect, it } from "vitest";
import { Graph } from "../graph/graph.js";
import { Tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { constantOfShape } from "./constantOfShape.js";
import { emit } from "./define/define.js";

it("is full of one value", async () => {
  expectClose(await evaluateOne((x) => constantOfShape(x.graph, [2], { value: 3 }), 0), [3, 3]);
  expectClose(await evaluateOne((x) => constantOfShape(x.graph, []), 0), 0);
  const integers = await evaluateOne((x) => constantOfShape(x.graph, [1, 0], { dtype: "int64" }), 0);
  expectClose(integers, Tensor.zeros([1, 0], "int64"));
  expectClose(await evaluateOne((x) => constantOfShape(x.graph, [1], { value: Number.NaN }), 0), [
    Number.NaN,
  ]);
});

it("refuses a negative size and a shape that is computed", () => {
  const graph = new Graph();
  expect(() => constantOfShape(graph, [-1])).toThrow("a size must not be negative: [-1]");
  const shape = graph.input("shape", { dtype: "int64", shape: [1] });
  expect(() => emit(constantOfShape.operator, [shape])).toThrow(
    "the shape (%shape) must be a constant: shapes are fixed when a graph is built",
  );
});
