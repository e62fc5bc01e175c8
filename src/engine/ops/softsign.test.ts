import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { softsign } from "./softsign.js";

checkUnary(softsign, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [-0.71428571, -0.41176471, 0.23076923, 0.58333333],
  slopes: [0.081632653, 0.34602076, 0.59171598, 0.17361111],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 0.98876404, -0.98876404, Number.NaN, Number.NaN, Number.NaN],
    slopes: [1, 0.00012624669, 0.00012624669, 0, 0, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne(softsign, [true])).rejects.toThrow(
    'Softsign "Softsign" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
