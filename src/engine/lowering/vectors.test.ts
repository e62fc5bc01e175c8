import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { mul } from "../ops/mul.js";
import { reshape } from "../ops/reshape.js";
import { sqrt } from "../ops/sqrt.js";
import { varied } from "../testing/varied.js";
import { rearrangements } from "./rearrangements.js";
import { rewritten } from "./testing/checkRule.js";
import { vectors } from "./vectors.js";

const rules = { nodes: [rearrangements, vectors] };

it("computes on vectors what was given further axes only to compute on", async () => {
  const types = await rewritten(
    rules,
    (x, y) => {
      const [a, b] = [reshape(x as Value, [1, 4, 1]), reshape(y as Value, [1, 4, 1])];
      return reshape(sqrt(add(mul(a, a), mul(mul(b, b), 2))), [4]);
    },
    varied([4]),
    varied([4]),
  );
  expect(types).toEqual(["Mul", "Mul", "Mul", "Add", "Sqrt"]);
});

it("leaves matrices, and vectors that always had their axes", async () => {
  const plus = (x?: Value, y?: Value): Value => add(x as Value, y as Value);
  expect(await rewritten(rules, plus, varied([2, 3]), varied([2, 3]))).toEqual(["Add"]);
  expect(await rewritten(rules, plus, varied([1, 3]), varied([1, 3]))).toEqual(["Add"]);
});
