import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { depthToSpace } from "./depthToSpace.js";
import { spaceToDepth } from "./spaceToDepth.js";

it("puts the pixels of a block into channels", async () => {
  const image = tensor([0, 1, 2, 3, 4, 5, 6, 7]).reshape([1, 1, 2, 4]);
  const expected = [[[[0, 2]], [[1, 3]], [[4, 6]], [[5, 7]]]];
  expectClose(await evaluateOne((x) => spaceToDepth(x, { blockSize: 2 }), image), expected);
});

it("is undone by depthToSpace", async () => {
  const image = tensor(varied([2, 3, 4, 6]), { dtype: "float32" });
  const there = (x: Value) => depthToSpace(spaceToDepth(x, { blockSize: 2 }), { blockSize: 2 });
  expectClose(await evaluateOne(there, image), image);
});

it("has a gradient, twice", async () => {
  await checkGradient(
    squared((x) => spaceToDepth(x, { blockSize: 2 })),
    [varied([2, 2, 4, 2])],
    { second: true },
  );
});

it("refuses sides that make no blocks", async () => {
  await expect(
    evaluateOne((x) => spaceToDepth(x, { blockSize: 2 }), Tensor.zeros([1, 1, 2, 3])),
  ).rejects.toThrow(
    'SpaceToDepth "SpaceToDepth" (float32[1, 1, 2, 3]): expected rank 4, height and width multiples of 2 (the block size)',
  );
});
