import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { argMax } from "./argMax.js";
import { cast } from "./cast.js";
import { mul } from "./mul.js";

const matrix = [
  [1, 2, 3],
  [5, 4, 5],
];
const places = (values: number[]) => tensor(values, { dtype: "int64" });

it("is the place of the largest element, the first of equal ones or the last", async () => {
  expectClose(await evaluateOne((x) => argMax(x, { axis: -1 }), matrix), places([2, 0]));
  expectClose(await evaluateOne((x) => argMax(x, { axis: 1, selectLast: true }), matrix), places([2, 2]));
});

it("keeps the axis on demand", async () => {
  expect((await evaluateOne((x) => argMax(x, { axis: 0, keepDims: true }), matrix)).shape).toEqual([1, 3]);
});

it("takes an axis of size 1 and no rows", async () => {
  expectClose(await evaluateOne((x) => argMax(x, { axis: 0 }), [[3, 1]]), places([0, 0]));
  expect((await evaluateOne((x) => argMax(x, { axis: 1 }), Tensor.zeros([0, 2]))).shape).toEqual([0]);
});

it("lets no gradient through", async () => {
  const build = (x: Value) => mul(x, cast(argMax(x, { axis: 0, keepDims: true }), "float32"));
  expectClose(await evaluateOne(gradientBuild(build), [1, 2]), [1, 1]);
});

it("refuses an empty axis", async () => {
  await expect(evaluateOne((x) => argMax(x, { axis: 0 }), Tensor.zeros([0, 2]))).rejects.toThrow(
    'ArgMax "ArgMax" (float32[0, 2]): axis 0 is empty and has no extreme element',
  );
});
