import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { cos } from "./cos.js";

checkUnary(cos, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [-0.80114362, 0.76484219, 0.95533649, 0.16996714],
  slopes: [0.59847214, 0.64421769, -0.29552021, -0.98544973],
  extremes: {
    at: [0, 88, Infinity, Number.NaN],
    values: [1, 0.99937328, Number.NaN, Number.NaN],
    slopes: [0, -0.035398303, Number.NaN, Number.NaN],
  },
});

it("refuses booleans", async () => {
  await expect(evaluateOne(cos, [true])).rejects.toThrow(
    'Cos "Cos" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
