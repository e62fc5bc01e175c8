import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { celu } from "./celu.js";

checkUnary(celu, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [-0.917915, -0.5034147, 0.3, 1.4],
  slopes: [0.082084999, 0.4965853, 1, 1],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 88, -1, Infinity, -1, Number.NaN],
    slopes: [1, 1, 0, 1, 0, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne((x) => celu(x), [true])).rejects.toThrow(
    'Celu "Celu" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});

it("takes options", async () => {
  const build = (x: Value) => celu(x, { alpha: 2 });
  expectClose(await evaluateOne(build, [-2.5, -0.7, 0.3, 1.4]), [-1.4269904, -0.59062382, 0.3, 1.4]);
  expectClose(await evaluateOne(gradientBuild(build), [-2.5, -0.7, 0.3, 1.4]), [0.2865048, 0.70468809, 1, 1]);
});

it("refuses unknown options", async () => {
  const build = (x: Value) => celu(x, { alhpa: 1 } as object);
  await expect(evaluateOne(build, [1])).rejects.toThrow('Celu: unknown option "alhpa".');
});
