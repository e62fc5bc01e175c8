import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { relu } from "./relu.js";

checkUnary(relu, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [0, 0, 0.3, 1.4],
  slopes: [0, 0, 1, 1],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 88, 0, Infinity, 0, Number.NaN],
    slopes: [0, 1, 0, 1, 0, 0],
  },
});

it("refuses booleans", async () => {
  await expect(evaluateOne(relu, [true])).rejects.toThrow(
    'Relu "Relu" (bool[1]): expected signed elements, %x0 has bool',
  );
});
