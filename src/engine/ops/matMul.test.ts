import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { matMul } from "./matMul.js";

const product = (a: Value, b: Value | undefined) => matMul(a, b as Value);
const a = [
  [1, 2],
  [3, 4],
];

it("multiplies matrices, and vectors as a row and a column", async () => {
  expectClose(
    await evaluateOne(product, a, [
      [5, 6],
      [7, 8],
    ]),
    [
      [19, 22],
      [43, 50],
    ],
  );
  expectClose(await evaluateOne(product, a, [5, 6]), [17, 39]);
  expectClose(await evaluateOne(product, [5, 6], a), [23, 34]);
  expectClose(await evaluateOne(product, [1, 2], [3, 4]), 11);
});

it("broadcasts the axes in front", async () => {
  const batch = [
    a,
    [
      [1, 0],
      [0, 1],
    ],
  ];
  expectClose(await evaluateOne(product, batch, a), [
    [
      [7, 10],
      [15, 22],
    ],
    a,
  ]);
  expectClose(await evaluateOne(product, batch, [1, 1]), [
    [3, 7],
    [1, 1],
  ]);
});

it.each([
  [
    [2, 3],
    [3, 4],
  ],
  [[3], [3, 2]],
  [[2, 3], [3]],
  [[3], [3]],
  [
    [2, 5, 3],
    [3, 4],
  ],
  [
    [3, 4],
    [2, 4, 5],
  ],
  [
    [2, 1, 3, 4],
    [5, 4, 2],
  ],
  [[4], [2, 4, 3]],
  [[2, 3, 4], [4]],
  [
    [1, 3, 1],
    [2, 1, 4],
  ],
])("has a gradient for %j and %j, twice", async (left, right) => {
  await checkGradient(product, [varied(left), varied(right)], { second: true });
});

it("takes empty factors, forwards and backwards", async () => {
  expectClose(await evaluateOne(product, Tensor.zeros([2, 0]), Tensor.zeros([0, 1])), [[0], [0]]);
  expect((await evaluateOne(product, Tensor.zeros([0, 3]), Tensor.zeros([3, 2]))).shape).toEqual([0, 2]);
  await checkGradient(product, [Tensor.zeros([0, 3]), varied([3, 2])]);
  await checkGradient(product, [Tensor.zeros([2, 0]), Tensor.zeros([0, 2])]);
});

it("spreads NaN along its row", async () => {
  expectClose(
    await evaluateOne(
      product,
      [
        [Number.NaN, 1],
        [1, 1],
      ],
      [[1], [0]],
    ),
    [[Number.NaN], [1]],
  );
});

it("refuses sizes that do not meet, scalars and mixed types", async () => {
  await expect(evaluateOne(product, a, [1, 2, 3])).rejects.toThrow(
    'MatMul "MatMul" (float32[2, 2], float32[3]): the last size of [2, 2] (2) must equal the last size of [3] (3)',
  );
  await expect(evaluateOne((x) => matMul(x, 2), a)).rejects.toThrow("expected inputs of rank 1 or more");
  await expect(evaluateOne(product, a, Tensor.zeros([2, 2], "float64"))).rejects.toThrow(
    "expected inputs of one element type",
  );
});
