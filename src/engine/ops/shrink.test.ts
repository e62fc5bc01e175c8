import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { shrink } from "./shrink.js";

checkUnary((x) => shrink(x, { bias: 0.5 }), {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [-2, -0.2, 0, 0.9],
  slopes: [1, 1, 0, 1],
  extremes: {
    at: [0, 0.5, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 0, 87.5, -87.5, Infinity, -Infinity, 0],
    slopes: [0, 0, 1, 1, 1, 1, 0],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne((x) => shrink(x), [true])).rejects.toThrow(
    'Shrink "Shrink" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});

it("takes options", async () => {
  const build = (x: Value) => shrink(x, { lambd: 1 });
  expectClose(await evaluateOne(build, [-2.5, -0.7, 0.3, 1.4]), [-2.5, 0, 0, 1.4]);
  expectClose(await evaluateOne(gradientBuild(build), [-2.5, -0.7, 0.3, 1.4]), [1, 0, 0, 1]);
});

it("refuses unknown options", async () => {
  const build = (x: Value) => shrink(x, { alhpa: 1 } as object);
  await expect(evaluateOne(build, [1])).rejects.toThrow('Shrink: unknown option "alhpa".');
});
