import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { sumTo } from "../ops/composed/sumTo.js";
import { reduceMax } from "../ops/reduceMax.js";
import { reduceMean } from "../ops/reduceMean.js";
import { reduceSum } from "../ops/reduceSum.js";
import { reshape } from "../ops/reshape.js";
import { squeeze } from "../ops/squeeze.js";
import { unsqueeze } from "../ops/unsqueeze.js";
import { varied } from "../testing/varied.js";
import { reductions } from "./reductions.js";
import { rewritten } from "./testing/checkRule.js";

const x = varied([2, 3, 4]);
const rules = { nodes: [reductions] };

it.each<[string, (v: Value) => Value, string[]]>([
  [
    "axes taken away behind it",
    (v) => squeeze(reduceMax(v, { axes: [1], keepDims: true }), [1]),
    ["ReduceMax"],
  ],
  ["axes put back behind it", (v) => unsqueeze(reduceMean(v, { axes: [0, 2] }), [0, 2]), ["ReduceMean"]],
  ["what sumTo emits", (v) => sumTo(v, [4]), ["ReduceSum"]],
  ["sums that keep axes", (v) => sum(sum(v, [0], true), [2], true), ["ReduceSum"]],
  [
    "sums of which the second takes the axes of both away",
    (v) => sum(sum(v, [0], true), [0, 2], false),
    ["ReduceSum"],
  ],
  ["sums that do not keep axes", (v) => sum(sum(v, [1], false), [1], false), ["ReduceSum"]],
  ["a chain", (v) => reshape(sum(sum(sum(v, [2], true), [1], true), [0], true), []), ["ReduceSum"]],
])("joins %s", async (_name, op, types) => {
  expect(await rewritten(rules, (v) => op(v as Value), x)).toEqual(types);
});

it.each<[string, (v: Value) => Value | Value[]]>([
  ["other reductions of sums", (v) => reduceMax(sum(v, [0], true), { axes: [1] })],
  ["sums of other reductions", (v) => sum(reduceMax(v, { axes: [1] }), [0], false)],
  ["sums of which only the first keeps its axes", (v) => sum(sum(v, [0], true), [2], false)],
  ["a sum that puts one axis back", (v) => sum(sum(v, [1], false), [1], true)],
  ["a reshape to another shape", (v) => reshape(sum(v, [1], false), [8])],
])("leaves %s", async (_name, op) => {
  expect(await rewritten(rules, (v) => op(v as Value), x)).toHaveLength(2);
});

it("does not compute twice what is used twice", async () => {
  const build = (v: Value): Value => {
    const inner = sum(v, [0], true);
    return add(sum(inner, [2], true), inner);
  };
  expect(await rewritten(rules, (v) => build(v as Value), x)).toEqual(["ReduceSum", "ReduceSum", "Add"]);
});

it("knows that no axes can mean none", async () => {
  const build = (v: Value): Value => sum(sum(v, [], false), [1], false);
  expect(await rewritten(rules, (v) => build(v as Value), x)).toEqual(["ReduceSum"]);
});

function sum(v: Value, axes: readonly number[], keepDims: boolean): Value {
  return reduceSum(v, { axes, keepDims });
}
