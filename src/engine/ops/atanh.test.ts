import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { atanh } from "./atanh.js";

checkUnary(atanh, {
  at: [-0.9, -0.2, 0.5],
  values: [-1.4722195, -0.20273255, 0.54930614],
  slopes: [5.2631579, 1.0416667, 1.3333333],
  extremes: {
    at: [0, 1, -1, 2, Number.NaN],
    values: [0, Infinity, -Infinity, Number.NaN, Number.NaN],
    slopes: [1, Infinity, Infinity, -0.33333333, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne(atanh, [true])).rejects.toThrow(
    'Atanh "Atanh" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
