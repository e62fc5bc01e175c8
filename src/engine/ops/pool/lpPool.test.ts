import { expect, it } from "vitest";
import type { Value } from "../../graph/graph.js";
import { Tensor } from "../../tensor/tensor.js";
import { checkGradient } from "../../testing/checkGradient.js";
import { buildGraph, evaluateOne, gradientBuild } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import { varied } from "../../testing/varied.js";
import { lpPool } from "./lpPool.js";

it("agrees with differences, twice", async () => {
  for (const p of [2, 3]) {
    const build = (x: Value): Value => lpPool(x, { kernelShape: [2, 2], strides: [1, 2], p });
    await checkGradient(build, [varied([1, 2, 3, 5])], { second: true, float32: true });
  }
});

it("has no slope where all is 0", async () => {
  const build = (x: Value): Value => lpPool(x, { kernelShape: [2, 2] });
  expectClose(
    await evaluateOne(gradientBuild(build), Tensor.zeros([1, 1, 2, 2])),
    Tensor.zeros([1, 1, 2, 2]),
  );
});

it("refuses what is no image", () => {
  expect(() => buildGraph((x) => lpPool(x, { kernelShape: [2] }), [Tensor.zeros([4, 4])])).toThrow(
    "expected rank 3 or more (batch, channels, then at least one spatial axis), received [4, 4]",
  );
});
