import { expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { acos } from "./acos.js";

checkUnary(acos, {
  at: [-0.9, -0.2, 0.5],
  values: [2.6905658, 1.7721542, 1.0471976],
  slopes: [-2.2941573, -1.0206207, -1.1547005],
  extremes: {
    at: [0, 1, -1, 2, Number.NaN],
    values: [Math.PI / 2, 0, Math.PI, Number.NaN, Number.NaN],
    slopes: [-1, -Infinity, -Infinity, Number.NaN, Number.NaN],
  },
  float32: true,
});

it("refuses booleans", async () => {
  await expect(evaluateOne(acos, [true])).rejects.toThrow(
    'Acos "Acos" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
