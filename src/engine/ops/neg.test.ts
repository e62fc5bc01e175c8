import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { neg } from "./neg.js";

checkUnary(neg, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [2.5, 0.7, -0.3, -1.4],
  slopes: [-1, -1, -1, -1],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, -88, 88, -Infinity, Infinity, Number.NaN],
    slopes: [-1, -1, -1, -1, -1, -1],
  },
});

it("refuses booleans", async () => {
  await expect(evaluateOne(neg, [true])).rejects.toThrow(
    'Neg "Neg" (bool[1]): expected signed elements, %x0 has bool',
  );
});
