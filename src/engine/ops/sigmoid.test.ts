import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { sigmoid } from "./sigmoid.js";

checkUnary(sigmoid, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [0.07585818, 0.33181223, 0.57444252, 0.80218389],
  slopes: [0.070103717, 0.22171287, 0.24445831, 0.1586849],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0.5, 1, 0, 1, 0, Number.NaN],
    slopes: [0.25, 0, 0, 0, 0, Number.NaN],
  },
});

it("refuses booleans", async () => {
  await expect(evaluateOne(sigmoid, [true])).rejects.toThrow(
    'Sigmoid "Sigmoid" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
