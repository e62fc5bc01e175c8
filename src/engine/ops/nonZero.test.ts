import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { nonZero } from "./nonZero.js";

it("gives the coordinates in a constant", async () => {
  const build = (x: Value) =>
    nonZero(
      x.graph.constant(
        tensor([
          [0, 2],
          [3, 0],
        ]),
      ),
    );
  expectClose(
    await evaluateOne(build, 0),
    tensor(
      [
        [0, 1],
        [1, 0],
      ],
      { dtype: "int64" },
    ),
  );
});

it("refuses what is computed", async () => {
  await expect(evaluateOne(nonZero, [1])).rejects.toThrow(
    'NonZero "NonZero" (float32[1]): the shape of its result depends on the elements, and shapes are fixed when a graph is built. Use where() with a mask, or topK().',
  );
});
