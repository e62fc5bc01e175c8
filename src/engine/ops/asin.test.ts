import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { asin } from "./asin.js";

checkUnary(asin, {
  at: [-0.9, -0.2, 0.5],
  values: [-1.1197695, -0.20135792, 0.52359878],
  slopes: [2.2941573, 1.0206207, 1.1547005],
  extremes: {
    at: [0, 1, -1, 2, Number.NaN],
    values: [0, Math.PI / 2, -Math.PI / 2, Number.NaN, Number.NaN],
    slopes: [1, Infinity, Infinity, Number.NaN, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne(asin, [true])).rejects.toThrow(
    'Asin "Asin" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
