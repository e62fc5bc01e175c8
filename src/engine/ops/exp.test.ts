import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { exp } from "./exp.js";

checkUnary(exp, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [0.082084999, 0.4965853, 1.3498588, 4.0552],
  slopes: [0.082084999, 0.4965853, 1.3498588, 4.0552],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [1, 1.6516363e38, 0, Infinity, 0, Number.NaN],
    slopes: [1, 1.6516363e38, 0, Infinity, 0, Number.NaN],
  },
});

it("refuses booleans", async () => {
  await expect(evaluateOne(exp, [true])).rejects.toThrow(
    'Exp "Exp" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
