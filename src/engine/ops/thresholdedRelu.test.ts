import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { thresholdedRelu } from "./thresholdedRelu.js";

checkUnary(thresholdedRelu, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [0, 0, 0, 1.4],
  slopes: [0, 0, 0, 1],
  extremes: {
    at: [1, 0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 0, 88, 0, Infinity, 0, 0],
    slopes: [0, 0, 1, 0, 1, 0, 0],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne((x) => thresholdedRelu(x), [true])).rejects.toThrow(
    'ThresholdedRelu "ThresholdedRelu" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});

it("takes options", async () => {
  const build = (x: Value) => thresholdedRelu(x, { alpha: 0.2 });
  expectClose(await evaluateOne(build, [-2.5, -0.7, 0.3, 1.4]), [0, 0, 0.3, 1.4]);
  expectClose(await evaluateOne(gradientBuild(build), [-2.5, -0.7, 0.3, 1.4]), [0, 0, 1, 1]);
});

it("refuses unknown options", async () => {
  const build = (x: Value) => thresholdedRelu(x, { alhpa: 1 } as object);
  await expect(evaluateOne(build, [1])).rejects.toThrow('ThresholdedRelu: unknown option "alhpa".');
});
