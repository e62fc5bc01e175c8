import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { matMul } from "../ops/matMul.js";
import { transpose } from "../ops/transpose.js";
import { varied } from "../testing/varied.js";
import { gemmSums } from "./gemmSums.js";
import { products } from "./products.js";
import { rewritten } from "./testing/checkRule.js";

const rules = { nodes: [gemmSums, products] };
const product = (a: Value, b: Value): Value => matMul(transpose(a), b);

it.each([
  ["a matrix", [2, 4]],
  ["a row", [4]],
  ["a column", [2, 1]],
  ["a number", []],
])("joins a Gemm with %s that is added to it", async (_, shape) => {
  const inputs = [varied([3, 2]), varied([3, 4]), varied(shape)];
  expect(
    await rewritten(rules, (a, b, c) => add(product(a as Value, b as Value), c as Value), ...inputs),
  ).toEqual(["Gemm"]);
  expect(
    await rewritten(rules, (a, b, c) => add(c as Value, product(a as Value, b as Value)), ...inputs),
  ).toEqual(["Gemm"]);
});

it("leaves a sum that is larger than the product", async () => {
  const sum = (a?: Value, b?: Value, c?: Value): Value => add(product(a as Value, b as Value), c as Value);
  const inputs = [varied([3, 2]), varied([3, 4])];
  expect(await rewritten(rules, sum, ...inputs, varied([5, 2, 4]))).toEqual(["Gemm", "Add"]);
});

it("leaves a product that has another use", async () => {
  const sum = (a?: Value, b?: Value, c?: Value): Value[] => {
    const shared = product(a as Value, b as Value);
    return [add(shared, c as Value), shared];
  };
  expect(await rewritten(rules, sum, varied([3, 2]), varied([3, 4]), varied([4]))).toEqual(["Gemm", "Add"]);
});

it("adds a third term behind", async () => {
  const sum = (a?: Value, b?: Value, c?: Value): Value =>
    add(add(product(a as Value, b as Value), c as Value), c as Value);
  expect(await rewritten(rules, sum, varied([3, 2]), varied([3, 4]), varied([2, 4]))).toEqual([
    "Gemm",
    "Add",
  ]);
});
