import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { leakyRelu } from "./leakyRelu.js";

checkUnary(leakyRelu, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [-0.025, -0.007, 0.3, 1.4],
  slopes: [0.01, 0.01, 1, 1],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 88, -0.88, Infinity, -Infinity, Number.NaN],
    slopes: [0.01, 1, 0.01, 1, 0.01, 0.01],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne((x) => leakyRelu(x), [true])).rejects.toThrow(
    'LeakyRelu "LeakyRelu" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});

it("takes options", async () => {
  const build = (x: Value) => leakyRelu(x, { alpha: 0.3 });
  expectClose(await evaluateOne(build, [-2.5, -0.7, 0.3, 1.4]), [-0.75, -0.21, 0.3, 1.4]);
  expectClose(await evaluateOne(gradientBuild(build), [-2.5, -0.7, 0.3, 1.4]), [0.3, 0.3, 1, 1]);
});

it("refuses unknown options", async () => {
  const build = (x: Value) => leakyRelu(x, { alhpa: 1 } as object);
  await expect(evaluateOne(build, [1])).rejects.toThrow('LeakyRelu: unknown option "alhpa".');
});
