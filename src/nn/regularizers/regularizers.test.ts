import { expect, it } from "vitest";
import { checkGradient } from "../../engine/testing/checkGradient.js";
import { evaluateOne } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { l1 } from "./l1.js";
import { l1l2 } from "./l1l2.js";
import { l2 } from "./l2.js";
import { orthogonalRegularizer } from "./orthogonalRegularizer.js";

const weight = [
  [3, -0.5, 0],
  [4, 0.25, -2],
];

// Expected values are Keras 3.15's.
it.each([
  ["l1", l1(), 0.0975],
  ["l2", l2(), 0.293125],
  ["l1l2", l1l2({ l1: 0.1, l2: 0.2 }), 6.8375],
  ["l1l2 without factors", l1l2(), 0],
  ["orthogonalRegularizer of rows", orthogonalRegularizer({ factor: 0.3 }), 0.26151195],
  ["orthogonalRegularizer of columns", orthogonalRegularizer({ factor: 0.3, mode: "columns" }), 0.14260991],
])("%s is Keras's", async (_, regularizer, expected) => {
  // A scalar of the graph that does not depend on the weight would have no node.
  expectClose(await evaluateOne(regularizer.emit, weight), expected);
});

it.each([l1(), l2(), l1l2({ l1: 0.1, l2: 0.2 }), orthogonalRegularizer()])(
  "$name has a gradient",
  async (regularizer) => {
    await checkGradient(regularizer.emit, [
      [
        [3, -0.5, 0.3],
        [4, 0.25, -2],
      ],
    ]);
  },
);

it("has nothing to say of a single vector, and refuses other ranks", async () => {
  expectClose(await evaluateOne(orthogonalRegularizer().emit, [[1, 2]]), 0);
  await expect(evaluateOne(orthogonalRegularizer().emit, [1, 2])).rejects.toThrow(
    "orthogonalRegularizer: expected a matrix, received a weight of shape [2].",
  );
});

it("refuses a negative factor", () => {
  expect(() => l2({ l2: -1 })).toThrow("l2: l2 must be a number from 0, received -1.");
});
