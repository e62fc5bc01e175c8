import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { tan } from "./tan.js";

checkUnary(tan, {
  at: [-1.2, -0.7, 0.3, 1.1],
  values: [-2.5721516, -0.84228838, 0.30933625, 1.9647597],
  slopes: [7.615964, 1.7094497, 1.0956889, 4.8602805],
  extremes: {
    at: [0, 88, Infinity, Number.NaN],
    values: [0, 0.035420501, Number.NaN, Number.NaN],
    slopes: [1, 1.0012546, Number.NaN, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne(tan, [true])).rejects.toThrow(
    'Tan "Tan" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
