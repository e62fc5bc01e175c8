import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { asinh } from "./asinh.js";

checkUnary(asinh, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [-1.6472311, -0.65266657, 0.29567305, 1.137982],
  slopes: [0.37139068, 0.81923192, 0.95782629, 0.58123819],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 5.1705163, -5.1705163, Infinity, -Infinity, Number.NaN],
    slopes: [1, 0.011362903, 0.011362903, 0, 0, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne(asinh, [true])).rejects.toThrow(
    'Asinh "Asinh" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
