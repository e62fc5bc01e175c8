import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { mish } from "./mish.js";

checkUnary(mish, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [-0.1968162, -0.26787023, 0.20800137, 1.2945586],
  slopes: [-0.10974357, 0.18441607, 0.7828273, 1.087481],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 88, 0, Infinity, Number.NaN, Number.NaN],
    slopes: [0.6, 1, 0, 1, 0, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne(mish, [true])).rejects.toThrow(
    'Mish "Mish" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
