import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { log } from "./log.js";

checkUnary(log, {
  at: [0.2, 0.9, 3.5],
  values: [-1.6094379, -0.10536052, 1.252763],
  slopes: [5, 1.1111111, 0.28571429],
  extremes: {
    at: [0, -1, 88, Infinity, Number.NaN],
    values: [-Infinity, Number.NaN, 4.4773368, Infinity, Number.NaN],
    slopes: [Infinity, -1, 0.011363636, 0, Number.NaN],
  },
});

it("refuses booleans", async () => {
  await expect(evaluateOne(log, [true])).rejects.toThrow(
    'Log "Log" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
