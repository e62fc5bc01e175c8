import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { div } from "../ops/div.js";
import { expand } from "../ops/expand.js";
import { matMul } from "../ops/matMul.js";
import { mul } from "../ops/mul.js";
import { neg } from "../ops/neg.js";
import { reshape } from "../ops/reshape.js";
import { sub } from "../ops/sub.js";
import { transpose } from "../ops/transpose.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { broadcasts } from "./broadcasts.js";
import { rewritten } from "./testing/checkRule.js";
import { uniformTensors } from "./uniformTensors.js";

const x = tensor([
  [1, 2],
  [3, 4],
]);
const rules = { nodes: [uniformTensors] };
const ones = (v: Value, shape: number[]): Value => expand(v.graph.scalar(1, v.dtype), shape);

it("computes with tensors of equal elements as with their number", async () => {
  const build = (v: Value): Value => {
    const third = div(reshape(ones(v, [4]), [2, 2]), 3);
    return matMul(v, transpose(neg(sub(add(third, 0.1), mul(third, third)))));
  };
  expect(await rewritten(rules, (v) => build(v as Value), x)).toEqual(["Expand", "MatMul"]);
  expect(await rewritten(rules, (v) => build(v as Value), x.cast("float64"))).toEqual(["Expand", "MatMul"]);
});

it("needs no operator for one element", async () => {
  expect(await rewritten(rules, (v) => add(reshape(neg(ones(v as Value, [1, 1])), [1]), v), x)).toEqual([
    "Add",
  ]);
});

it("leaves what has unequal or unknown elements, and integers", async () => {
  expect(await rewritten(rules, (v) => mul(neg(neg(v)), 2), x)).toEqual(["Neg", "Neg", "Mul"]);
  const two = tensor([1, 2]);
  expect(await rewritten(rules, (v) => add(neg((v as Value).graph.constant(two)), v), x)).toEqual([
    "Neg",
    "Add",
  ]);
  const whole = (v: Value): Value => add(neg(ones(v, [2])), v);
  expect(await rewritten(rules, (v) => whole(v as Value), tensor([1n, 2n]))).toEqual([
    "Expand",
    "Neg",
    "Add",
  ]);
});

it("keeps a scalar that is expanded, and empty tensors", async () => {
  expect(await rewritten(rules, (v) => matMul(v, ones(v as Value, [2, 2])), x)).toEqual(["Expand", "MatMul"]);
  const empty = Tensor.zeros([0, 2]);
  expect(await rewritten(rules, (v) => neg(ones(v as Value, [0, 2])), empty)).toEqual(["Expand"]);
});

it("with `broadcasts`, lets a gradient's ones materialise nothing", async () => {
  const build = (v: Value): Value => mul(div(ones(v, [2, 2]), 4), v);
  const types = await rewritten({ nodes: [uniformTensors, broadcasts] }, (v) => build(v as Value), x);
  expect(types).toEqual(["Mul"]);
});
