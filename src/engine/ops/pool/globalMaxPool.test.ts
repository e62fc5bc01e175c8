import { expect, it } from "vitest";
import type { Value } from "../../graph/graph.js";
import { Tensor } from "../../tensor/tensor.js";
import { checkGradient } from "../../testing/checkGradient.js";
import { buildGraph, evaluateOne, gradientBuild } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import { squared } from "../../testing/squared.js";
import { varied } from "../../testing/varied.js";
import { globalMaxPool } from "./globalMaxPool.js";

const build = (x: Value): Value => globalMaxPool(x);

it("agrees with differences, twice", async () => {
  await checkGradient(squared(build), [varied([2, 3, 2, 4])], { second: true, float32: true });
});

it("takes one pixel and an empty batch", async () => {
  expectClose(
    await evaluateOne(gradientBuild(build), Tensor.full([1, 2, 1, 1], 3)),
    Tensor.full([1, 2, 1, 1], 1),
  );
  expect((await evaluateOne(build, Tensor.zeros([0, 2, 4, 4]))).shape).toEqual([0, 2, 1, 1]);
  expect((await evaluateOne(gradientBuild(build), Tensor.zeros([0, 2, 4, 4]))).shape).toEqual([0, 2, 4, 4]);
});

it("refuses what is no image", () => {
  expect(() => buildGraph(build, [Tensor.zeros([4, 4])])).toThrow("expected rank 3 or more");
});

it("gives the gradient to the first of equal maxima", async () => {
  expectClose(await evaluateOne(gradientBuild(build), [[[0, 7, 7]]]), [[[0, 1, 0]]]);
});
