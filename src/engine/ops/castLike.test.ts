import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { castLike } from "./castLike.js";

it("takes the element type of the second input", async () => {
  const result = await evaluateOne(castLike, [[1.9, -1.9]], tensor(0, { dtype: "int64" }));
  expect([result.dtype, result.toArray()]).toEqual(["int64", [[1, -1]]]);
});

it("converts the gradient back and gives the second input none", async () => {
  const like = tensor([0], { dtype: "float64" });
  const [dx, dlike] = await evaluate(gradientBuild(castLike), [1, 2], like);
  expect(dx!.dtype).toBe("float32");
  expectClose(dx!, [1, 1]);
  expectClose(dlike!, like);
});

it("keeps infinities and NaN, and takes an empty tensor", async () => {
  const like = tensor([0], { dtype: "float64" });
  const points = [Infinity, -Infinity, Number.NaN];
  expectClose(await evaluateOne(castLike, points, like), tensor(points, { dtype: "float64" }));
  expect((await evaluateOne(castLike, tensor([], { shape: [0, 3] }), like)).shape).toEqual([0, 3]);
});

it("needs a value of a graph", () => {
  expect(() => castLike(1, 2)).toThrow("CastLike: at least one input must be a value of a graph");
});
