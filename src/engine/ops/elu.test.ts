import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { elu } from "./elu.js";

checkUnary(elu, {
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
  await expect(evaluateOne((x) => elu(x), [true])).rejects.toThrow(
    'Elu "Elu" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});

it("takes options", async () => {
  const build = (x: Value) => elu(x, { alpha: 0.5 });
  expectClose(await evaluateOne(build, [-2.5, -0.7, 0.3, 1.4]), [-0.4589575, -0.25170735, 0.3, 1.4]);
  expectClose(
    await evaluateOne(gradientBuild(build), [-2.5, -0.7, 0.3, 1.4]),
    [0.041042499, 0.24829265, 1, 1],
  );
});

it("refuses unknown options", async () => {
  const build = (x: Value) => elu(x, { alhpa: 1 } as object);
  await expect(evaluateOne(build, [1])).rejects.toThrow('Elu: unknown option "alhpa".');
});
