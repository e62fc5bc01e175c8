import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { reduceSum } from "../ops/reduceSum.js";
import { varied } from "../testing/varied.js";
import { columnSums } from "./columnSums.js";
import { rewritten } from "./testing/checkRule.js";

const rules = { nodes: [columnSums] };
const x = varied([32, 16]).cast("float32");
const cube = varied([4, 8, 16]).cast("float32");

it("makes a sum of rows a product, of several axes too, which are kept or not", async () => {
  expect(await rewritten(rules, (a) => reduceSum(a as Value, { axes: [0] }), x)).toEqual([
    "MatMul",
    "Reshape",
  ]);
  const keeping = (a?: Value): Value => reduceSum(a as Value, { axes: [0, 1], keepDims: true });
  expect(await rewritten(rules, keeping, cube)).toEqual(["Reshape", "MatMul", "Reshape"]);
});

it("leaves other axes, few rows or columns, and other types", async () => {
  const first = (a?: Value): Value => reduceSum(a as Value, { axes: [0] });
  expect(await rewritten(rules, first, cube)).toEqual(["ReduceSum"]);
  expect(await rewritten(rules, (a) => reduceSum(a as Value, { axes: [1] }), x)).toEqual(["ReduceSum"]);
  expect(await rewritten(rules, (a) => reduceSum(a as Value), x)).toEqual(["ReduceSum"]);
  expect(await rewritten(rules, first, varied([8, 64]).cast("float32"))).toEqual(["ReduceSum"]);
  expect(await rewritten(rules, first, x.cast("float64"))).toEqual(["ReduceSum"]);
});
