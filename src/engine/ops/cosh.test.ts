import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { cosh } from "./cosh.js";

checkUnary(cosh, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [6.1322895, 1.255169, 1.0453385, 2.1508985],
  slopes: [-6.0502045, -0.7585837, 0.30452029, 1.9043015],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [1, 8.2581813e37, 8.2581813e37, Infinity, Infinity, Number.NaN],
    slopes: [0, 8.2581813e37, -8.2581813e37, Infinity, -Infinity, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne(cosh, [true])).rejects.toThrow(
    'Cosh "Cosh" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
