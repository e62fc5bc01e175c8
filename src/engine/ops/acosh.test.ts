import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { acosh } from "./acosh.js";

checkUnary(acosh, {
  at: [1.2, 2, 7.5],
  values: [0.6223625, 1.3169579, 2.7035758],
  slopes: [1.5075567, 0.57735027, 0.13453456],
  extremes: {
    at: [1, 88, Infinity, 0.5, Number.NaN],
    values: [0, 5.1704517, Infinity, Number.NaN, Number.NaN],
    slopes: [Infinity, 0.01136437, 0, Number.NaN, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne(acosh, [true])).rejects.toThrow(
    'Acosh "Acosh" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
