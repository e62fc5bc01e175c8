import { expect, it } from "vitest";
import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import { Tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { emit } from "./define/define.js";
import { shape } from "./shape.js";

it("is a constant of the sizes", async () => {
  expect((await evaluateOne(shape, Tensor.zeros([2, 0, 3]))).toArray()).toEqual([2, 0, 3]);
  expect((await evaluateOne(shape, 1)).shape).toEqual([0]);
});

it("reads ONNX's start and end", async () => {
  const build = (x: Value) => emit(shape.operator, [x], { start: int(-2), end: int(3) });
  expect((await evaluateOne(build, Tensor.zeros([2, 5, 3]))).toArray()).toEqual([5, 3]);
});

it("gives integers", async () => {
  expect((await evaluateOne(shape, [1])).dtype).toBe("int64");
});
