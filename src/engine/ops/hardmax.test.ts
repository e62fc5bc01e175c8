import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { hardmax } from "./hardmax.js";

const last = (x: Value) => hardmax(x);

it("marks the first largest element along an axis", async () => {
  const x = [
    [1, 3, 3],
    [Infinity, 0, 88],
    [-Infinity, -88, -89],
  ];
  expectClose(await evaluateOne(last, x), [
    [0, 1, 0],
    [1, 0, 0],
    [0, 1, 0],
  ]);
  expectClose(
    await evaluateOne(
      (v) => hardmax(v, 0),
      [
        [1, 3],
        [2, 0],
      ],
    ),
    [
      [0, 1],
      [1, 0],
    ],
  );
});

it("has the gradient 0", async () => {
  expectClose(await evaluateOne(gradientBuild(last), [[1, 3, 3]]), [[0, 0, 0]]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne(last, tensor([], { shape: [0, 3] }))).shape).toEqual([0, 3]);
});

it("refuses a scalar", async () => {
  await expect(evaluateOne(last, 1)).rejects.toThrow(
    'Hardmax "Hardmax" (float32[]): axis -1 does not exist: the tensor has rank 0',
  );
});
