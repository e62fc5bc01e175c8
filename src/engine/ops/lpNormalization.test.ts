import { expect, it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { lpNormalization } from "./lpNormalization.js";

it("divides by the norm along an axis", async () => {
  expectClose(
    await evaluateOne(
      (x) => lpNormalization(x),
      [
        [3, -4],
        [0, 2],
      ],
    ),
    [
      [0.6, -0.8],
      [0, 1],
    ],
  );
  expectClose(
    await evaluateOne(
      (x) => lpNormalization(x, { p: 1, axis: 0 }),
      [
        [3, -4],
        [-1, 4],
      ],
    ),
    [
      [0.75, -0.5],
      [-0.25, 0.5],
    ],
  );
});

it.each([1, 2] as const)("has a gradient for p = %d, twice", async (p) => {
  await checkGradient((x) => lpNormalization(x, { p }), [varied([3, 4])], { second: true });
  await checkGradient((x) => lpNormalization(x, { p, axis: 0 }), [varied([3, 2])], { second: true });
});

it("is 0 with the gradient 0 where all is 0", async () => {
  expectClose(await evaluateOne((x) => lpNormalization(x), [0, 0]), [0, 0]);
  expectClose(
    await evaluateOne(
      gradientBuild((x) => lpNormalization(x)),
      [0, 0],
    ),
    [0, 0],
  );
});

it("takes no rows and keeps NaN", async () => {
  expect((await evaluateOne((x) => lpNormalization(x), Tensor.zeros([0, 2]))).shape).toEqual([0, 2]);
  expectClose(
    await evaluateOne(
      (x) => lpNormalization(x),
      [
        [Number.NaN, 1],
        [0, 5],
      ],
    ),
    [
      [Number.NaN, Number.NaN],
      [0, 1],
    ],
  );
});

it("refuses an axis that does not exist", async () => {
  await expect(evaluateOne((x) => lpNormalization(x, { axis: 1 }), [1])).rejects.toThrow(
    "axis 1 does not exist",
  );
});
