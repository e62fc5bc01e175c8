import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { buildGraph, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { lrn } from "./lrn.js";

const build = (x: Value): Value => lrn(x, { size: 3, alpha: 0.5, bias: 2 });

it("agrees with differences, twice", async () => {
  await checkGradient(build, [varied([1, 4, 2, 2])], { second: true, float32: true });
});

it("has a slope at 0", async () => {
  const slope = Tensor.full([1, 2, 1, 1], 2 ** -0.75);
  expectClose(await evaluateOne(gradientBuild(build), Tensor.zeros([1, 2, 1, 1])), slope);
});

it("refuses even sizes, which ONNX Runtime has not", () => {
  expect(() => buildGraph((x) => lrn(x, { size: 4 }), [Tensor.zeros([1, 4, 2, 2])])).toThrow(
    'LRN "LRN" (float32[1, 4, 2, 2]): size must be odd and at least 1, received 4',
  );
});
