import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { logSoftmax } from "./logSoftmax.js";

const last = (x: Value) => logSoftmax(x);
const points = [
  [1, 2, 3],
  [0.5, -88, 88],
];
const weights = [
  tensor([
    [1, -2, 0.5],
    [0.3, 1, 2],
  ]),
];

it("has PyTorch's values and gradients", async () => {
  expectClose(await evaluateOne(last, points), [
    [-2.407606, -1.407606, -0.40760596],
    [-87.5, -176, 0],
  ]);
  expectClose(await evaluateOne(gradientBuild(last, weights), points), [
    [1.0450153, -1.8776357, 0.83262048],
    [0.3, 1, -1.3],
  ]);
});

it("agrees with central differences along every axis, twice", async () => {
  const x = [
    [
      [0.3, -1.2, 2.5],
      [1, 0.2, -0.4],
    ],
  ];
  for (const axis of [0, 1, 2, -2]) await checkGradient((v) => logSoftmax(v, axis), [x], { second: true });
});

it("gives masked elements −∞ with finite gradients, and does not overflow", async () => {
  const masked = [
    [0, -Infinity, 0],
    [88, -88, 88],
    [1e38, 0, -1e38],
  ];
  const ln2 = Math.LN2;
  expectClose(await evaluateOne(last, masked), [
    [-ln2, -Infinity, -ln2],
    [-ln2, -176 - ln2, -ln2],
    [0, -1e38, -2e38],
  ]);
  expectClose(await evaluateOne(gradientBuild(last), masked), [
    [-0.5, 1, -0.5],
    [-0.5, 1, -0.5],
    [-2, 1, 1],
  ]);
});

it("keeps NaN in its row", async () => {
  expectClose(
    await evaluateOne(last, [
      [Number.NaN, 1],
      [0, 0],
    ]),
    [
      [Number.NaN, Number.NaN],
      [-Math.LN2, -Math.LN2],
    ],
  );
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(last, tensor([], { shape: [0, 3] }))).shape).toEqual([0, 3]);
});

it("refuses an axis that does not exist", async () => {
  await expect(evaluateOne((x) => logSoftmax(x, 2), [[1, 2]])).rejects.toThrow(
    'LogSoftmax "LogSoftmax" (float32[1, 2]): axis 2 does not exist: the tensor has rank 2',
  );
});
