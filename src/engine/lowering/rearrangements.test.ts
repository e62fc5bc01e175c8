import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { exp } from "../ops/exp.js";
import { flatten } from "../ops/flatten.js";
import { reshape } from "../ops/reshape.js";
import { squeeze } from "../ops/squeeze.js";
import { transpose } from "../ops/transpose.js";
import { unsqueeze } from "../ops/unsqueeze.js";
import { Tensor } from "../tensor/tensor.js";
import { varied } from "../testing/varied.js";
import { rearrangements } from "./rearrangements.js";
import { rewritten } from "./testing/checkRule.js";

const x = varied([2, 3, 4]);
const rules = { nodes: [rearrangements] };

it.each<[string, (v: Value) => Value, string[]]>([
  ["two reshapes", (v) => reshape(reshape(v, [6, 4]), [3, 8]), ["Reshape"]],
  [
    "four of their kind",
    (v) => flatten(squeeze(unsqueeze(reshape(v, [6, 4]), [0]), [0]), { axis: 0 }),
    ["Reshape"],
  ],
  ["a reshape and back", (v) => exp(reshape(reshape(v, [24]), [2, 3, 4])), ["Exp"]],
  ["two transposes", (v) => transpose(transpose(v, [1, 2, 0]), [0, 2, 1]), ["Transpose"]],
  ["a transpose and back", (v) => exp(transpose(transpose(v, [1, 2, 0]), [2, 0, 1])), ["Exp"]],
  ["two reversals", (v) => exp(transpose(transpose(v))), ["Exp"]],
  [
    "a transpose of axes of one element, with what is around it",
    (v) => reshape(transpose(reshape(v, [2, 1, 3, 1, 4]), [1, 0, 3, 2, 4]), [6, 4]),
    ["Reshape"],
  ],
  [
    "a transpose that moves another axis too",
    (v) => transpose(reshape(v, [2, 1, 12]), [1, 2, 0]),
    ["Reshape", "Transpose"],
  ],
  ["three transposes", (v) => transpose(transpose(transpose(v, [1, 0, 2]), [0, 2, 1])), ["Transpose"]],
])("joins %s", async (_name, op, types) => {
  expect(await rewritten(rules, (v) => op(v as Value), x)).toEqual(types);
});

it("does not mix the two kinds", async () => {
  const build = (v: Value): Value => transpose(reshape(transpose(v), [12, 2]));
  expect(await rewritten(rules, (v) => build(v as Value), x)).toEqual(["Transpose", "Reshape", "Transpose"]);
});

it("keeps the first where something else uses it", async () => {
  const build = (v: Value): Value[] => {
    const first = transpose(v, [1, 2, 0]);
    return [first, transpose(first, [1, 2, 0])];
  };
  expect(await rewritten(rules, (v) => build(v as Value), x)).toEqual(["Transpose", "Transpose"]);
});

it("joins reshapes of empty tensors", async () => {
  const empty = Tensor.zeros([0, 4]);
  const build = (v: Value): Value => reshape(reshape(v, [2, 0]), [5, 0, 1]);
  expect(await rewritten(rules, (v) => build(v as Value), empty)).toEqual(["Reshape"]);
});
