import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { cast } from "../ops/cast.js";
import { emit, int64Vector } from "../ops/define/define.js";
import { exp } from "../ops/exp.js";
import { expand } from "../ops/expand.js";
import { identity } from "../ops/identity.js";
import { max } from "../ops/max.js";
import { reshape } from "../ops/reshape.js";
import { sum } from "../ops/sum.js";
import { transpose } from "../ops/transpose.js";
import { tensor } from "../tensor/tensor.js";
import { noOps } from "./noOps.js";
import { rewritten } from "./testing/checkRule.js";

const x = tensor([
  [1, 2],
  [3, 4],
]);
const rules = { nodes: [noOps] };

/** The functions leave such nodes out themselves; files do not. */
const reshapeNode = (v: Value): Value => emit(reshape.operator, [v, int64Vector(v.shape)]);
const expandNode = (v: Value): Value => emit(expand.operator, [v, int64Vector([1, v.shape[1] as number])]);

it.each<[string, (v: Value) => Value]>([
  ["Identity", identity],
  ["Reshape to the same shape", reshapeNode],
  ["Expand to a smaller shape", expandNode],
  ["Cast to the same element type", (v) => cast(v, "float32")],
  ["Transpose in the same order", (v) => transpose(v, [0, 1])],
  ["Sum of one", (v) => sum(v)],
  ["Max of one", (v) => max(v)],
])("leaves out %s", async (_name, op) => {
  expect(await rewritten(rules, (v) => exp(op(v as Value)), x)).toEqual(["Exp"]);
});

it.each<[string, (v: Value) => Value]>([
  ["Transpose", (v) => transpose(v)],
  ["Reshape", (v) => reshape(v, [4])],
  ["Cast", (v) => cast(v, "float64")],
  ["Sum", (v) => sum(v, v)],
  ["Exp", exp],
])("keeps %s that does something, also where shapes are equal", async (name, op) => {
  expect(await rewritten(rules, op, x)).toEqual([name]);
});

it("lets an input be an output", async () => {
  expect(await rewritten(rules, identity, x)).toEqual([]);
});
