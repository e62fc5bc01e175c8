import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { selu } from "./selu.js";

checkUnary(selu, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [-1.6137858, -0.88505305, 0.3152103, 1.4709814],
  slopes: [0.14431358, 0.8730463, 1.050701, 1.050701],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 92.461687, -1.7580993, Infinity, -1.7580993, Number.NaN],
    slopes: [1.7580993, 1.050701, 0, 1.050701, 0, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne((x) => selu(x), [true])).rejects.toThrow(
    'Selu "Selu" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});

it("takes options", async () => {
  const build = (x: Value) => selu(x, { alpha: 1.5, gamma: 2 });
  expectClose(await evaluateOne(build, [-2.5, -0.7, 0.3, 1.4]), [-2.753745, -1.5102441, 0.6, 2.8]);
  expectClose(await evaluateOne(gradientBuild(build), [-2.5, -0.7, 0.3, 1.4]), [0.246255, 1.4897559, 2, 2]);
});

it("refuses unknown options", async () => {
  const build = (x: Value) => selu(x, { alhpa: 1 } as object);
  await expect(evaluateOne(build, [1])).rejects.toThrow('Selu: unknown option "alhpa".');
});
