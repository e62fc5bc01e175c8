import { expect, it } from "vitest";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { gatherND } from "./gatherND.js";

const cube = [
  [
    [1, 2],
    [3, 4],
  ],
  [
    [5, 6],
    [7, 8],
  ],
];

it("takes elements or slices by their coordinates", async () => {
  expectClose(
    await evaluateOne(
      (x) =>
        gatherND(x, [
          [0, 1, 0],
          [-1, 0, 1],
        ]),
      cube,
    ),
    [3, 6],
  );
  expectClose(await evaluateOne((x) => gatherND(x, [[[0, 1]], [[1, 0]]]), cube), [[[3, 4]], [[5, 6]]]);
});

it("shares batch axes", async () => {
  expectClose(await evaluateOne((x) => gatherND(x, [[1], [0]], { batchDims: 1 }), cube), [
    [3, 4],
    [5, 6],
  ]);
});

it("adds the gradients of what was taken twice", async () => {
  expectClose(
    await evaluateOne(
      gradientBuild((x) =>
        gatherND(x, [
          [0, 1],
          [-2, -1],
        ]),
      ),
      [
        [1, 2],
        [3, 4],
      ],
    ),
    [
      [0, 2],
      [0, 0],
    ],
  );
});

it("has a gradient, twice, with batch axes too", async () => {
  const x = varied([2, 3, 4]);
  await checkGradient(
    squared((v) =>
      gatherND(v, [
        [0, 1],
        [1, -1],
        [0, 1],
      ]),
    ),
    [x],
    { second: true },
  );
  await checkGradient(
    squared((v) =>
      gatherND(
        v,
        [
          [[1], [0]],
          [[2], [2]],
        ],
        { batchDims: 1 },
      ),
    ),
    [x],
    { second: true },
  );
  await checkGradient(
    squared((v) =>
      gatherND(
        v,
        [
          [[1], [0], [3]],
          [[2], [2], [0]],
        ],
        { batchDims: 2 },
      ),
    ),
    [varied([2, 3, 4])],
    { second: true },
  );
});

it("takes no indices", async () => {
  const none = Tensor.zeros([0, 2], "int64");
  expect((await evaluateOne((x) => gatherND(x, none), cube)).shape).toEqual([0, 2]);
  expectClose(
    await evaluateOne(
      gradientBuild((x) => gatherND(x, none)),
      [[1], [2]],
    ),
    [[0], [0]],
  );
});

it("refuses coordinates of too many axes and int32", async () => {
  await expect(evaluateOne((x) => gatherND(x, [[0, 0]]), [1, 2])).rejects.toThrow(
    'GatherND "GatherND" (float32[2], int64[1, 2]): indices must end in an axis of at most 1',
  );
  await expect(evaluateOne((x) => gatherND(x, tensor([[0]], { dtype: "int32" })), [1])).rejects.toThrow(
    "indices must be int64, received int32; cast them",
  );
});
