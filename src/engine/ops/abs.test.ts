import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { abs } from "./abs.js";

checkUnary(abs, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [2.5, 0.7, 0.3, 1.4],
  slopes: [-1, -1, 1, 1],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 88, 88, Infinity, Infinity, Number.NaN],
    slopes: [0, 1, -1, 1, -1, Number.NaN],
  },
});

it("refuses booleans", async () => {
  await expect(evaluateOne(abs, [true])).rejects.toThrow(
    'Abs "Abs" (bool[1]): expected numeric elements, %x0 has bool',
  );
});
