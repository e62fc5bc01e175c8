import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { prelu } from "./prelu.js";

it("multiplies what is not positive by the slope", async () => {
  expectClose(
    await evaluateOne(
      prelu,
      [
        [-2, 3],
        [4, -5],
      ],
      [0.5, 0.1],
    ),
    [
      [-1, 3],
      [4, -0.5],
    ],
  );
});

it("has gradients for the input and the slope", async () => {
  const [dx, dslope] = await evaluate(
    gradientBuild(prelu),
    [
      [-2, 0],
      [4, -5],
    ],
    [0.5, 0.1],
  );
  expectClose(dx!, [
    [0.5, 0.1],
    [1, 0.1],
  ]);
  expectClose(dslope!, [-2, -5]);
  await checkGradient(
    prelu,
    [
      [
        [-2, 3],
        [4, -5],
      ],
      [0.5, 0.1],
    ],
    { second: true, float32: true },
  );
});

it("computes with infinities and NaN", async () => {
  expectClose(await evaluateOne(prelu, [88, -88, Infinity, -Infinity, Number.NaN], 0.5), [
    88,
    -44,
    Infinity,
    -Infinity,
    Number.NaN,
  ]);
  const [dx, dslope] = await evaluate(gradientBuild(prelu), [Infinity, -Infinity], [0.5, 0.5]);
  expectClose(dx!, [1, 0.5]);
  expectClose(dslope!, [0, -Infinity]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(prelu, tensor([], { shape: [0, 3] }), [1, 2, 3])).shape).toEqual([0, 3]);
});

it("refuses a slope that is larger than the input", async () => {
  await expect(evaluateOne(prelu, [1, 2], [[1], [2]])).rejects.toThrow(
    'PRelu "PRelu" (float32[2], float32[2, 1]): the slope\'s shape [2, 1] does not broadcast to [2]',
  );
});
