import { describe, expect, it } from "vitest";
import { checkUnary } from "../testing/checkUnary.js";
import { evaluateOne } from "../testing/evaluate.js";
import { gelu } from "./gelu.js";

describe("with the normal distribution", () => {
  checkUnary(gelu, {
    at: [-2.5, -0.7, 0.3, 1.4],
    values: [-0.015524163, -0.16937456, 0.18537343, 1.2869407],
    slopes: [-0.037611086, 0.023385899, 0.73232777, 1.1288618],
    extremes: {
      at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
      values: [0, 88, 0, Infinity, Number.NaN, Number.NaN],
      slopes: [0.5, 1, 0, 1, 0, Number.NaN],
    },
    float32: true,
  });
});

describe("with tanh", () => {
  checkUnary((x) => gelu(x, { approximate: "tanh" }), {
    at: [-2.5, -0.7, 0.3, 1.4],
    values: [-0.015084266, -0.16942987, 0.18537092, 1.2867081],
    slopes: [-0.037951576, 0.023642781, 0.73229545, 1.128922],
    extremes: {
      at: [0, 88, -88, Infinity, -Infinity, Number.NaN],
      values: [0, 88, 0, Infinity, Number.NaN, Number.NaN],
      slopes: [0.5, 1, 0, 1, 0, Number.NaN],
    },
    float32: true,
  });
});

it("refuses booleans", async () => {
  await expect(evaluateOne((x) => gelu(x), [true])).rejects.toThrow(
    'Gelu "Gelu" (bool[1]): expected floating-point elements, %x0 has bool',
  );
});
