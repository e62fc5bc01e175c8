import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { einsum } from "./einsum.js";

const a = [
  [1, 2],
  [3, 4],
];
const b = [
  [5, 6],
  [7, 8],
];

it.each([
  [
    "ij,jk->ik",
    [
      [19, 22],
      [43, 50],
    ],
  ],
  [
    "ij,ij->ij",
    [
      [5, 12],
      [21, 32],
    ],
  ],
  ["ij,ij->", 70],
  [
    "ij,kl->ik",
    [
      [33, 45],
      [77, 105],
    ],
  ],
  [
    "ij , jk",
    [
      [19, 22],
      [43, 50],
    ],
  ],
  ["...j,...j", [17, 53]],
])("computes %s", async (equation, expected) => {
  expectClose(await evaluateOne((x, y) => einsum(equation, x, y as Value), a, b), expected);
});

it("takes one operand, repeated indices and three operands", async () => {
  expectClose(await evaluateOne((x) => einsum("ij->ji", x), a), [
    [1, 3],
    [2, 4],
  ]);
  expectClose(await evaluateOne((x) => einsum("ii->i", x), a), [1, 4]);
  expectClose(await evaluateOne((x, y) => einsum("ij,jk,kl->il", x, y as Value, x), a, b), [
    [85, 126],
    [193, 286],
  ]);
});

it.each([
  ["bij,bjk->bik", [2, 3, 4], [2, 4, 2]],
  ["ij,kj->k", [2, 3], [4, 3]],
  ["...ij,...jk", [2, 1, 3, 2], [3, 2, 4]],
  ["...k,kl->...l", [2, 3, 4], [4, 2]],
  ["i,->i", [3], []],
])("has a gradient for %s, twice", async (equation, left, right) => {
  const build = (x?: Value, y?: Value) => einsum(equation, x as Value, y as Value);
  await checkGradient(squared(build), [varied(left), varied(right)], { second: true });
});

it("has a gradient for one operand and three", async () => {
  await checkGradient(
    squared((x) => einsum("ijk->ki", x)),
    [varied([2, 3, 4])],
    { second: true },
  );
  const chain = (x?: Value, y?: Value, z?: Value) =>
    einsum("ab,bc,cd->ad", x as Value, y as Value, z as Value);
  await checkGradient(squared(chain), [varied([2, 3]), varied([3, 2]), varied([2, 4])], { second: true });
});

it("sums nothing to 0", async () => {
  expectClose(
    await evaluateOne(
      (x, y) => einsum("ij,jk->ik", x, y as Value),
      Tensor.zeros([1, 0]),
      Tensor.zeros([0, 2]),
    ),
    [[0, 0]],
  );
});

it("refuses equations that do not fit", async () => {
  const run = (equation: string) => evaluateOne((x) => einsum(equation, x), a);
  await expect(run("i->i")).rejects.toThrow(
    'Einsum "Einsum" (float32[2, 2]): the term "i" does not fit the shape [2, 2]',
  );
  await expect(run("ij,jk")).rejects.toThrow("the equation has 2 terms for 1 operands");
  await expect(run("i1->i")).rejects.toThrow('"i1->i" is no equation such as "ij,jk->ik"');
  await expect(run("ij->ik")).rejects.toThrow(
    'the result "ik" must have each index once, and only those of the operands',
  );
  await expect(evaluateOne((x, y) => einsum("ij,jk", x, y as Value), a, [[1], [2], [3]])).rejects.toThrow(
    'index "j" has sizes 2 and 3',
  );
  await expect(
    evaluateOne(
      gradientBuild((x) => einsum("ii->i", x)),
      a,
    ),
  ).rejects.toThrow('Einsum "Einsum" has no gradient: an operand of "ii->i" has an index twice');
});
