import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { reciprocal } from "./reciprocal.js";

checkUnary(reciprocal, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [-0.4, -1.4285714, 3.3333333, 0.71428571],
  slopes: [-0.16, -2.0408163, -11.111111, -0.51020408],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [Infinity, 0.011363636, -0.011363636, 0, 0, Number.NaN],
    slopes: [-Infinity, -0.00012913223, -0.00012913223, 0, 0, Number.NaN],
  },
});

it("refuses booleans", async () => {
  await expect(evaluateOne(reciprocal, [true])).rejects.toThrow(
    'Reciprocal "Reciprocal" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
