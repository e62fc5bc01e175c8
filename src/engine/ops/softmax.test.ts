import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { softmax } from "./softmax.js";

const last = (x: Value) => softmax(x);
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
    [0.090030573, 0.24472847, 0.66524096],
    [0, 0, 1],
  ]);
  expectClose(await evaluateOne(gradientBuild(last, weights), points), [
    [0.096045146, -0.47310764, 0.37706249],
    [0, 0, 0],
  ]);
  expectClose(await evaluateOne((x) => softmax(x, 0), points), [
    [0.62245933, 1, 0],
    [0.37754067, 0, 1],
  ]);
});

it("agrees with central differences along every axis, twice", async () => {
  const x = [
    [
      [0.3, -1.2, 2.5],
      [1, 0.2, -0.4],
    ],
  ];
  for (const axis of [0, 1, 2, -2]) await checkGradient((v) => softmax(v, axis), [x], { second: true });
});

it("gives masked elements nothing and does not overflow", async () => {
  const masked = [
    [0, -Infinity, 0],
    [88, -88, 88],
    [1e38, 0, -1e38],
  ];
  expectClose(await evaluateOne(last, masked), [
    [0.5, 0, 0.5],
    [0.5, 0, 0.5],
    [1, 0, 0],
  ]);
  expectClose(await evaluateOne(gradientBuild(last), masked), [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
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
      [0.5, 0.5],
    ],
  );
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(last, tensor([], { shape: [0, 3] }))).shape).toEqual([0, 3]);
});

it("refuses an axis that does not exist", async () => {
  await expect(evaluateOne((x) => softmax(x, 2), [[1, 2]])).rejects.toThrow(
    'Softmax "Softmax" (float32[1, 2]): axis 2 does not exist: the tensor has rank 2',
  );
});
