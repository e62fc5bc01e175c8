import { expect, it } from "vitest";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { depthToSpace } from "./depthToSpace.js";

const channels = tensor([0, 1, 2, 3, 4, 5, 6, 7]).reshape([1, 8, 1, 1]);

it("numbers channels by place in the block, or innermost", async () => {
  const dcr = await evaluateOne((x) => depthToSpace(x, { blockSize: 2 }), channels);
  expectClose(dcr, [
    [
      [
        [0, 2],
        [4, 6],
      ],
      [
        [1, 3],
        [5, 7],
      ],
    ],
  ]);
  const crd = await evaluateOne((x) => depthToSpace(x, { blockSize: 2, mode: "CRD" }), channels);
  expectClose(crd, [
    [
      [
        [0, 1],
        [2, 3],
      ],
      [
        [4, 5],
        [6, 7],
      ],
    ],
  ]);
});

it.each(["DCR", "CRD"] as const)("has a gradient in mode %s, twice", async (mode) => {
  await checkGradient(
    squared((x) => depthToSpace(x, { blockSize: 2, mode })),
    [varied([2, 8, 2, 3])],
    { second: true },
  );
});

it("takes blocks of 1", async () => {
  expectClose(await evaluateOne((x) => depthToSpace(x, { blockSize: 1 }), channels), channels);
});

it("refuses channels that make no blocks", async () => {
  await expect(evaluateOne((x) => depthToSpace(x, { blockSize: 3 }), channels)).rejects.toThrow(
    'DepthToSpace "DepthToSpace" (float32[1, 8, 1, 1]): expected rank 4 and channels that are a multiple of 3² (the block size)',
  );
});
