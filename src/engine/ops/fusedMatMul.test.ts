import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import type { FusedMatMulOptions } from "./fusedMatMul.js";
import { fusedMatMul } from "./fusedMatMul.js";

const a = [
  [1, 2],
  [3, 4],
];
const b = [
  [5, 6],
  [7, 8],
];

it("is a product of factors transposed on demand", async () => {
  const run = (options: FusedMatMulOptions) =>
    evaluateOne((x, y) => fusedMatMul(x, y as Value, options), a, b);
  expectClose(await run({}), [
    [19, 22],
    [43, 50],
  ]);
  expectClose(await run({ transA: true, alpha: 2 }), [
    [52, 60],
    [76, 88],
  ]);
  expectClose(await run({ transB: true }), [
    [17, 23],
    [39, 53],
  ]);
  expectClose(await run({ transA: true, transB: true }), [
    [23, 31],
    [34, 46],
  ]);
});

it.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])("has a gradient with transA %s and transB %s, twice", async (transA, transB) => {
  const left = transA ? [3, 2] : [2, 3];
  const right = transB ? [4, 3] : [3, 4];
  const build = (x?: Value, y?: Value) => fusedMatMul(x as Value, y as Value, { alpha: 0.5, transA, transB });
  await checkGradient(build, [varied(left), varied(right)], { second: true });
  await checkGradient(build, [varied([2, 1, ...left]), varied([3, ...right])], { second: true });
});

it("takes empty matrices", async () => {
  const build = (x: Value, y: Value | undefined) => fusedMatMul(x, y as Value);
  expectClose(await evaluateOne(build, Tensor.zeros([1, 0]), Tensor.zeros([0, 2])), [[0, 0]]);
});

it("refuses vectors and sizes that do not meet", async () => {
  await expect(evaluateOne((x) => fusedMatMul(x, x), [1])).rejects.toThrow(
    'FusedMatMul "FusedMatMul" (float32[1], float32[1]): expected inputs of rank 2 or more',
  );
  await expect(evaluateOne((x) => fusedMatMul(x, x), [[1, 2]])).rejects.toThrow(
    "the inner sizes 2 and 1 of the product must be equal",
  );
});
