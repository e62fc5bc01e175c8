import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { matMul } from "../ops/matMul.js";
import { mul } from "../ops/mul.js";
import { scan } from "../ops/scan/scan.js";
import { transpose } from "../ops/transpose.js";
import { Tensor } from "../tensor/tensor.js";
import { varied } from "../testing/varied.js";
import { rewritten } from "./testing/checkRule.js";
import { thinProducts } from "./thinProducts.js";

const rules = { nodes: [thinProducts] };
// Of whole numbers, whose sums are exact in any order.
const single = (...shape: number[]): Tensor =>
  new Tensor(
    "float32",
    shape,
    Float32Array.from(varied(shape).data, (value) => Math.round(4 * value)),
  );

/** A state times what `other` makes of `b`, at each step. */
function loop(other: (b: Value) => Value) {
  return (a?: Value, b?: Value): Value[] => {
    const { outputs } = scan({
      states: [],
      sequences: [a as Value],
      body: (_states, [element]) => ({ states: [], outputs: [matMul(element as Value, other(b as Value))] }),
    });
    return [...outputs];
  };
}

it("takes few rows times a large matrix from outside of a loop transposed", async () => {
  expect(
    await rewritten(
      rules,
      loop((b) => b),
      single(2, 16, 256),
      single(256, 512),
    ),
  ).toEqual(["Transpose", "Scan", "[Gemm Transpose]"]);
  expect(await rewritten(rules, loop(transpose), single(2, 16, 256), single(512, 256))).toEqual([
    "Scan",
    "[Gemm Transpose]",
  ]);
});

it("leaves more or fewer rows, small matrices and products outside of loops", async () => {
  for (const rows of [4, 64])
    expect(
      await rewritten(
        rules,
        loop((b) => b),
        single(1, rows, 256),
        single(256, 512),
      ),
    ).toContain("[MatMul]");
  expect(
    await rewritten(
      rules,
      loop((b) => b),
      single(1, 16, 256),
      single(256, 256),
    ),
  ).toContain("[MatMul]");
  const plain = (a?: Value, b?: Value): Value => mul(matMul(a as Value, b as Value), 1);
  expect(await rewritten(rules, plain, single(16, 256), single(256, 512))).toEqual(["MatMul", "Mul"]);
});
