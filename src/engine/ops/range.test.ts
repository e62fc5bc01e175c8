import { expect, it } from "vitest";
import { Attributes } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import { Graph } from "../graph/graph.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { range } from "./range.js";

it("counts up, down and not at all", async () => {
  expectClose(
    await evaluateOne((x) => range(x.graph, { limit: 3 }), 0),
    tensor([0, 1, 2], { dtype: "int64" }),
  );
  expectClose(
    await evaluateOne((x) => range(x.graph, { start: 5, limit: 0, delta: -2 }), 0),
    tensor([5, 3, 1], { dtype: "int64" }),
  );
  expectClose(
    await evaluateOne((x) => range(x.graph, { limit: 1, delta: 0.25, dtype: "float32" }), 0),
    [0, 0.25, 0.5, 0.75],
  );
  expect((await evaluateOne((x) => range(x.graph, { start: 2, limit: 2 }), 0)).shape).toEqual([0]);
});

it("is inferred for an imported node", async () => {
  const limits = [1, 7, 3].map((value) => Tensor.scalar(value, "int32"));
  const build = (x: Value) =>
    range.operator.infer({
      inputs: limits.map((limit) => x.graph.constant(limit)),
      attributes: Attributes.none,
    });
  const graph = new Graph();
  expect(build(graph.scalar(0, "float32"))).toEqual([{ dtype: "int32", shape: [2] }]);
});

it("refuses a delta of 0", () => {
  expect(() => range(new Graph(), { limit: 3, delta: 0 })).toThrow("delta must not be 0");
});
