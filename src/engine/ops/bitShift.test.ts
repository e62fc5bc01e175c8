import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { bitShift } from "./bitShift.js";

const left = (a: Value, b: Value) => bitShift(a, b, "left");
const right = (a: Value, b: Value) => bitShift(a, b, "right");

it("moves bits, losing those that leave", async () => {
  for (const dtype of ["uint32", "uint64"] as const) {
    const a = tensor([[1], [12]], { dtype });
    const b = tensor([0, 1, 3], { dtype });
    expect((await evaluateOne(left, a, b)).toArray()).toEqual([
      [1, 2, 8],
      [12, 24, 96],
    ]);
    expect((await evaluateOne(right, a, b)).toArray()).toEqual([
      [1, 0, 0],
      [12, 6, 1],
    ]);
  }
  const high = tensor([0x80000001], { dtype: "uint32" });
  expect((await evaluateOne(left, high, tensor([1], { dtype: "uint32" }))).toArray()).toEqual([2]);
  expect((await evaluateOne(right, high, tensor([31], { dtype: "uint32" }))).toArray()).toEqual([1]);
});

it("takes an empty tensor", async () => {
  const empty = tensor([], { dtype: "uint32", shape: [0, 3] });
  expect((await evaluateOne(left, empty, tensor([1], { dtype: "uint32" }))).shape).toEqual([0, 3]);
});

it("refuses signed integers and other directions", async () => {
  const signed = tensor([1], { dtype: "int32" });
  await expect(evaluateOne(left, signed, signed)).rejects.toThrow(
    'BitShift "BitShift" (int32[1], int32[1]): expected unsigned elements, %x0 has int32',
  );
  const unsigned = tensor([1], { dtype: "uint32" });
  const up = (a: Value, b: Value) => bitShift(a, b, "up" as "left");
  await expect(evaluateOne(up, unsigned, unsigned)).rejects.toThrow(
    'direction: expected "LEFT" or "RIGHT", received "UP"',
  );
});
