import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { hardSigmoid } from "./hardSigmoid.js";

checkUnary(hardSigmoid, {
  at: [-3, -0.7, 0.3, 1.4],
  values: [0, 0.36, 0.56, 0.78],
  slopes: [0, 0.2, 0.2, 0.2],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0.5, 1, 0, 1, 0, Number.NaN],
    slopes: [0.2, 0, 0, 0, 0, 0],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne((x) => hardSigmoid(x), [true])).rejects.toThrow(
    'HardSigmoid "HardSigmoid" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});

it("takes options", async () => {
  const build = (x: Value) => hardSigmoid(x, { alpha: 1 / 6, beta: 0.5 });
  expectClose(await evaluateOne(build, [-2.5, -0.7, 0.3, 1.4]), [0.083333333, 0.38333333, 0.55, 0.73333333]);
  expectClose(
    await evaluateOne(gradientBuild(build), [-2.5, -0.7, 0.3, 1.4]),
    [0.16666667, 0.16666667, 0.16666667, 0.16666667],
  );
});

it("refuses unknown options", async () => {
  const build = (x: Value) => hardSigmoid(x, { alhpa: 1 } as object);
  await expect(evaluateOne(build, [1])).rejects.toThrow('HardSigmoid: unknown option "alhpa".');
});
