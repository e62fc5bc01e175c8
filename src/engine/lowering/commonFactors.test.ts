import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { matMul } from "../ops/matMul.js";
import { transpose } from "../ops/transpose.js";
import type { Shape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { varied } from "../testing/varied.js";
import { commonFactors } from "./commonFactors.js";
import { products } from "./products.js";
import { rewritten } from "./testing/checkRule.js";

const rules = { nodes: [commonFactors, products] };
const small = varied([3, 3]);
const wide = varied([3, 8]);
/** Other values than `varied` of the same shape. */
const squares = (shape: Shape): Tensor =>
  new Tensor(
    "float64",
    shape,
    varied(shape).data.map((value) => value * value),
  );

it("adds small matrices before they are multiplied with a common one", async () => {
  const sum = (a?: Value, b?: Value, f?: Value): Value =>
    add(matMul(a as Value, f as Value), matMul(b as Value, f as Value));
  expect(await rewritten(rules, sum, small, squares([3, 3]), wide)).toEqual(["Add", "Gemm"]);
});

it("sees through transposes, as in the gradient of a Gram matrix", async () => {
  const sum = (a?: Value, f?: Value): Value => {
    const other = matMul(transpose(f as Value), a as Value);
    return add(matMul(a as Value, f as Value), transpose(other));
  };
  expect(await rewritten(rules, sum, small, wide)).toEqual(["Transpose", "Add", "Gemm"]);
});

it("keeps a common factor transposed", async () => {
  const sum = (a?: Value, b?: Value, f?: Value): Value => {
    const turned = transpose(f as Value);
    return add(matMul(transpose(a as Value), turned), matMul(transpose(b as Value), turned));
  };
  expect(await rewritten(rules, sum, small, squares([3, 3]), varied([8, 3]))).toEqual(["Add", "Gemm"]);
});

it("leaves products of other matrices, larger matrices, and products with other uses", async () => {
  const apart = (a?: Value, f?: Value, g?: Value): Value =>
    add(matMul(a as Value, f as Value), matMul(a as Value, g as Value));
  expect(await rewritten(rules, apart, small, wide, squares([3, 8]))).toEqual(["MatMul", "MatMul", "Add"]);
  const large = (a?: Value, b?: Value, f?: Value): Value =>
    add(matMul(a as Value, f as Value), matMul(b as Value, f as Value));
  const inputs = [varied([2, 8]), squares([2, 8]), varied([8, 3])];
  expect(await rewritten(rules, large, ...inputs)).toEqual(["MatMul", "MatMul", "Add"]);
  const used = (a?: Value, b?: Value, f?: Value): Value[] => {
    const product = matMul(a as Value, f as Value);
    return [add(product, matMul(b as Value, f as Value)), product];
  };
  expect(await rewritten(rules, used, small, squares([3, 3]), wide)).toEqual(["MatMul", "MatMul", "Add"]);
});
