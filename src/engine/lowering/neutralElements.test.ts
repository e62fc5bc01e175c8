import { describe, expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { div } from "../ops/div.js";
import { expand } from "../ops/expand.js";
import { mul } from "../ops/mul.js";
import { neg } from "../ops/neg.js";
import { sub } from "../ops/sub.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { neutralElements } from "./neutralElements.js";
import { rewritten } from "./testing/checkRule.js";

const x = tensor([1.5, -2, Number.NaN, Number.POSITIVE_INFINITY]);
const rules = { nodes: [neutralElements] };

describe("what changes nothing", () => {
  it.each<[string, (v: Value) => Value]>([
    ["x · 1", (v) => mul(v, 1)],
    ["1 · x", (v) => mul(1, v)],
    ["x / 1", (v) => div(v, 1)],
    ["x + 0", (v) => add(v, 0)],
    ["0 + x", (v) => add(0, v)],
    ["x − 0", (v) => sub(v, 0)],
    ["x + −0", (v) => add(v, -0)],
    ["−(−x)", (v) => neg(neg(v))],
    ["x times a tensor of ones", (v) => mul(v, Tensor.full([4], 1))],
    ["x times expanded ones", (v) => mul(v, expand(v.graph.scalar(1, "float32"), [4]))],
  ])("leaves out %s", async (_name, op) => {
    expect(await rewritten(rules, op, x)).toEqual([]);
  });
});

describe("what changes something", () => {
  it.each<[string, (v: Value) => Value, string[]]>([
    ["0 − x", (v) => sub(0, v), ["Sub"]],
    ["1 / x", (v) => div(1, v), ["Div"]],
    ["x · 0, which is NaN at infinity", (v) => mul(v, 0), ["Mul"]],
    ["x · 1 broadcast", (v) => mul(v, Tensor.full([2, 1], 1)), ["Mul"]],
    ["a tensor that is not all ones", (v) => mul(v, tensor([1, 1, 1, 2])), ["Mul"]],
    ["−x", neg, ["Neg"]],
  ])("keeps %s", async (_name, op, types) => {
    expect(await rewritten(rules, op, x)).toEqual(types);
  });
});

it("knows integers", async () => {
  const whole = tensor([1n, 2n]);
  expect(await rewritten(rules, (v) => mul(add(v as Value, 0), 1), whole)).toEqual([]);
});
