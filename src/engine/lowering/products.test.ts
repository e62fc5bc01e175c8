import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { matMul } from "../ops/matMul.js";
import { transpose } from "../ops/transpose.js";
import { varied } from "../testing/varied.js";
import { products } from "./products.js";
import { rewritten } from "./testing/checkRule.js";

const rules = { nodes: [products] };
type Two = (a: Value, b: Value) => Value;
const left: Two = (a, b) => matMul(transpose(a), b);
const right: Two = (a, b) => matMul(a, transpose(b));
const both: Two = (a, b) => matMul(transpose(a), transpose(b));

it.each<[string, Two, number[], number[]]>([
  ["at the left", left, [3, 2], [3, 4]],
  ["at the right", right, [2, 3], [4, 3]],
  ["at both sides", both, [3, 2], [4, 3]],
])("joins a matrix transposed %s, in both precisions", async (_name, op, a, b) => {
  expect(await rewritten(rules, op as never, varied(a), varied(b))).toEqual(["Gemm"]);
  const single = [varied(a).cast("float32"), varied(b).cast("float32")] as const;
  expect(await rewritten(rules, op as never, ...single)).toEqual(["Gemm"]);
});

const swapped = (v: Value): Value =>
  transpose(v, [...Array.from({ length: v.rank - 2 }, (_, i) => i), v.rank - 1, v.rank - 2]);

it.each<[string, Two, number[], number[]]>([
  ["left", (a, b) => matMul(swapped(a), b), [5, 3, 2], [5, 3, 4]],
  ["right", (a, b) => matMul(a, swapped(b)), [2, 5, 2, 3], [2, 5, 4, 3]],
  ["right, broadcast", (a, b) => matMul(a, swapped(b)), [2, 5, 2, 3], [5, 4, 3]],
  ["a matrix for the whole batch", (a, b) => matMul(a, swapped(b)), [5, 2, 3], [4, 3]],
  ["both", (a, b) => matMul(swapped(a), swapped(b)), [5, 3, 2], [1, 4, 3]],
])("joins batches transposed at the %s, in float32 only", async (_name, op, a, b) => {
  const single = [varied(a).cast("float32"), varied(b).cast("float32")] as const;
  expect(await rewritten(rules, op as never, ...single)).toEqual(["FusedMatMul"]);
  expect(await rewritten(rules, op as never, varied(a), varied(b))).toContain("MatMul");
});

it("leaves other orders of axes, and vectors", async () => {
  const other: Two = (a, b) => matMul(transpose(a, [2, 1, 0]), b);
  const [a, b] = [varied([3, 2, 4]).cast("float32"), varied([3, 5]).cast("float32")];
  expect(
    await rewritten(
      rules,
      ((x: Value) => other(x, x.graph.constant(varied([3, 5]).cast("float32")))) as never,
      a,
    ),
  ).toEqual(["Transpose", "MatMul"]);
  const vector: Two = (x, y) => matMul(x, transpose(y));
  expect(await rewritten(rules, vector as never, varied([5]).cast("float32"), b)).toEqual([
    "Transpose",
    "MatMul",
  ]);
});
