import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { erf } from "./erf.js";

checkUnary(erf, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [-0.99959305, -0.67780119, 0.32862676, 0.95228512],
  slopes: [0.0021782842, 0.69127486, 1.0312609, 0.15894171],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 1, -1, 1, -1, Number.NaN],
    slopes: [1.1283792, 0, 0, 0, 0, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne(erf, [true])).rejects.toThrow(
    'Erf "Erf" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
