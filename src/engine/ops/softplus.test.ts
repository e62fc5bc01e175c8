import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { softplus } from "./softplus.js";

checkUnary(softplus, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [0.078889734, 0.40318605, 0.85435524, 1.6204174],
  slopes: [0.07585818, 0.33181223, 0.57444252, 0.80218389],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [Math.LN2, 88, 0, Infinity, 0, Number.NaN],
    slopes: [0.5, 1, 0, 1, 0, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne(softplus, [true])).rejects.toThrow(
    'Softplus "Softplus" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
