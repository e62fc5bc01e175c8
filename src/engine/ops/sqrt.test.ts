import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { sqrt } from "./sqrt.js";

checkUnary(sqrt, {
  at: [0.2, 0.9, 3.5],
  values: [0.4472136, 0.9486833, 1.8708287],
  slopes: [1.118034, 0.52704628, 0.26726124],
  extremes: {
    at: [0, -1, 88, Infinity, Number.NaN],
    values: [0, Number.NaN, 9.3808315, Infinity, Number.NaN],
    slopes: [Infinity, Number.NaN, 0.053300179, 0, Number.NaN],
  },
});

it("refuses booleans", async () => {
  await expect(evaluateOne(sqrt, [true])).rejects.toThrow(
    'Sqrt "Sqrt" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
