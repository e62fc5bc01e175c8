import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { concat } from "./concat.js";

const join =
  (axis: number) =>
  (...values: Value[]) =>
    concat(values, { axis });

it("puts values one behind the other", async () => {
  expectClose(await evaluateOne(join(0), [[1, 2]], [[3, 4]]), [
    [1, 2],
    [3, 4],
  ]);
  expectClose(await evaluateOne(join(-1), [[1, 2]], [[3]], [[4, Number.NaN]]), [[1, 2, 3, 4, Number.NaN]]);
});

it("takes constants between values, and integers", async () => {
  const one = tensor([1], { dtype: "int64" });
  const build = (x: Value) => concat([one, x, one], { axis: 0 });
  expectClose(
    await evaluateOne(build, tensor([5], { dtype: "int64" })),
    tensor([1, 5, 1], { dtype: "int64" }),
  );
});

it("gives each value its part of the gradient, twice", async () => {
  await checkGradient(squared(join(1)), [varied([2, 1, 2]), varied([2, 3, 2])], { second: true });
  await checkGradient((x) => concat([x, x], { axis: 0 }), [[1, 2]]);
});

it("takes empty values, forwards and backwards", async () => {
  const inputs = [Tensor.zeros([2, 0]), Tensor.full([2, 1], 3)];
  expectClose(await evaluateOne(join(1), ...inputs), [[3], [3]]);
  await checkGradient(join(1), inputs);
});

it("returns a single value as it is", async () => {
  await evaluateOne(
    (x) => {
      expect(concat([x], { axis: 0 })).toBe(x);
      return x;
    },
    [1],
  );
});

it("refuses shapes that differ elsewhere, mixed element types and nothing", async () => {
  await expect(evaluateOne(join(0), [[1, 2]], [[3]])).rejects.toThrow(
    'Concat "Concat" (float32[1, 2], float32[1, 1]): shapes [1, 2] and [1, 1] differ in more than axis 0',
  );
  await expect(evaluateOne(join(0), [1], tensor([1], { dtype: "int32" }))).rejects.toThrow(
    "expected inputs of one element type",
  );
  expect(() => concat([], { axis: 0 })).toThrow("Concat: expected at least one value, received none");
});
