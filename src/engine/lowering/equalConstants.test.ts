import { expect, it } from "vitest";
import { Graph } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { equalConstants } from "./equalConstants.js";
import { rewrite } from "./rewrite.js";

function constantsLeft(tensors: readonly Tensor[]): string[] {
  const graph = new Graph();
  tensors.forEach((one, index) => {
    const x = graph.input(`x${index}`, { dtype: one.dtype, shape: one.shape });
    graph.output(`y${index}`, add(x, graph.constant(one, `c${index}`)));
  });
  return rewrite(graph, { constant: equalConstants() }).constants.map(({ name }) => name);
}

it("merges constants of the same type and elements, under the first one's name", () => {
  expect(constantsLeft([tensor([1, 2]), tensor([1, 3]), tensor([1, 2]), tensor([1, 2])])).toEqual([
    "c0",
    "c1",
  ]);
});

it("tells element types, shapes and zeros apart, and finds NaN equal", () => {
  const four = [tensor([1, 2]), tensor([1, 2], { dtype: "int32" }), tensor([[1, 2]]), tensor([[1], [2]])];
  expect(constantsLeft(four)).toHaveLength(4);
  expect(constantsLeft([tensor(0), tensor(-0)])).toHaveLength(2);
  expect(constantsLeft([tensor(Number.NaN), tensor(Number.NaN)])).toHaveLength(1);
  // The bytes of 1 in int32 and of a float32 are compared only within a type.
  expect(constantsLeft([tensor(0, { dtype: "int32" }), tensor(0)])).toHaveLength(2);
});

it("leaves large ones", () => {
  expect(constantsLeft([Tensor.zeros([1000]), Tensor.zeros([1000])])).toHaveLength(2);
});
