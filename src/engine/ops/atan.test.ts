import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { atan } from "./atan.js";

checkUnary(atan, {
  at: [-2.5, -0.7, 0.3, 1.4],
  values: [-1.1902899, -0.61072596, 0.29145679, 0.95054684],
  slopes: [0.13793103, 0.67114094, 0.91743119, 0.33783784],
  extremes: {
    at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
    values: [0, 1.5594332, -1.5594332, Math.PI / 2, -Math.PI / 2, Number.NaN],
    slopes: [1, 0.00012911556, 0.00012911556, 0, 0, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne(atan, [true])).rejects.toThrow(
    'Atan "Atan" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
