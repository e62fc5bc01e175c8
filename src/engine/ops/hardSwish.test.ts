import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { hardSwish } from "./hardSwish.js";

checkUnary(hardSwish, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [-0.20833333, -0.26833333, 0.165, 1.0266667],
  slopes: [-0.33333333, 0.26666667, 0.6, 0.96666667],
  extremes: {
    at: [0, 3, -3, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 3, 0, 88, 0, Infinity, Number.NaN, Number.NaN],
    slopes: [0.5, 1, 0, 1, 0, 1, 0, 0],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne(hardSwish, [true])).rejects.toThrow(
    'HardSwish "HardSwish" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
