import { expect, it } from "vitest";
import { int } from "../graph/attributes.js";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { emitAll } from "./define/define.js";
import { split } from "./split.js";

it("cuts into pieces of the given sizes", async () => {
  const [a, b] = await evaluate((x) => split(x, { sizes: [1, 2] }), [1, 2, Number.NaN]);
  expectClose(a!, [1]);
  expectClose(b!, [2, Number.NaN]);
  const [left, right] = await evaluate(
    (x) => split(x, { axis: -1, sizes: [1, 1] }),
    [
      [1, 2],
      [3, 4],
    ],
  );
  expectClose(left!, [[1], [3]]);
  expectClose(right!, [[2], [4]]);
});

it("reads ONNX's number of outputs, the last one smaller", async () => {
  const build = (x: Parameters<typeof split>[0]) => emitAll(split.operator, [x], { num_outputs: int(3) });
  const pieces = await evaluate(build, [1, 2, 3, 4, 5, 6, 7]);
  expect(pieces.map((piece) => piece.toArray())).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
});

it("joins the gradients of the pieces, twice", async () => {
  await checkGradient(
    squared((x) => split(x, { axis: 1, sizes: [1, 3] })),
    [varied([2, 4])],
    { second: true },
  );
});

it("has a gradient where only one piece is used", async () => {
  await checkGradient((x) => split(x, { sizes: [1, 2] })[1]!, [[1, 2, 3]]);
});

it("takes empty pieces and empty tensors", async () => {
  const pieces = await evaluate((x) => split(x, { sizes: [0, 2] }), [1, 2]);
  expect(pieces.map((piece) => piece.shape)).toEqual([[0], [2]]);
  await checkGradient((x) => split(x, { sizes: [0, 2] }), [[1, 2]]);
  const empty = await evaluate((x) => split(x, { axis: 1, sizes: [1, 2] }), Tensor.zeros([0, 3]));
  expect(empty.map((piece) => piece.shape)).toEqual([
    [0, 1],
    [0, 2],
  ]);
});

it("returns one whole piece as it is", async () => {
  await evaluate(
    (x) => {
      expect(split(x, { sizes: [2] })[0]).toBe(x);
      return x;
    },
    [1, 2],
  );
});

it("refuses sizes that do not add up", async () => {
  await expect(evaluate((x) => split(x, { sizes: [1, 1] }), [1, 2, 3])).rejects.toThrow(
    'Split "Split" (float32[3], int64[2]): sizes [1, 1] must add up to 3, the size of axis 0',
  );
});
