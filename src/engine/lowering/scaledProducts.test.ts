import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { gemm } from "../ops/gemm.js";
import { matMul } from "../ops/matMul.js";
import { mul } from "../ops/mul.js";
import { Tensor } from "../tensor/tensor.js";
import { varied } from "../testing/varied.js";
import { scaledProducts } from "./scaledProducts.js";
import { rewritten } from "./testing/checkRule.js";

const rules = { nodes: [scaledProducts] };
const [a, b] = [varied([12, 2]).cast("float32"), varied([2, 10]).cast("float32")];
const scalar = Tensor.scalar(-0.3);
type Three = (a: Value, b: Value, s: Value) => Value;
const run = (build: Three, ...inputs: Tensor[]): Promise<string[]> =>
  rewritten(rules, build as never, ...inputs);

it("makes a number the product's own factor, times the one it has", async () => {
  expect(await run((x, y) => mul(matMul(x, y), 0.1), a, b)).toEqual(["Gemm"]);
  expect(
    await run((x, y) => mul(2, gemm(y, x, undefined, { alpha: 3, transA: true, transB: true })), a, b),
  ).toEqual(["Gemm"]);
});

it("multiplies the smaller matrix by another scalar, where it is much smaller", async () => {
  expect(await run((x, y, s) => mul(matMul(x, y), s), a, b, scalar)).toEqual(["Mul", "MatMul"]);
  expect(
    await run((x, y, s) => mul(s, matMul(y, x)), a.reshape([2, 12]), b.reshape([10, 2]), scalar),
  ).toEqual(["Mul", "MatMul"]);
  const square = varied([4, 4]).cast("float32");
  expect(await run((x, y, s) => mul(matMul(x, y), s), square, square, scalar)).toEqual(["MatMul", "Mul"]);
});

it("leaves products that are used elsewhere, sums, vectors and batches", async () => {
  const twice: Three = (x, y) => {
    const product = matMul(x, y);
    return add(mul(product, 2), product);
  };
  expect(await run(twice, a, b)).toEqual(["MatMul", "Mul", "Add"]);
  expect(await run((x, y) => mul(gemm(x, y, Tensor.full([10], 1)), 2), a, b)).toEqual(["Gemm", "Mul"]);
  expect(await run((x, y) => mul(matMul(x, y), 2), a.reshape([3, 4, 2]), b)).toEqual(["MatMul", "Mul"]);
  expect(await run((x, y) => mul(matMul(x, y), Tensor.full([1, 1, 1], 2)), a, b)).toEqual(["MatMul", "Mul"]);
});
