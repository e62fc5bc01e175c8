import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { expand } from "../ops/expand.js";
import { greater } from "../ops/greater.js";
import { matMul } from "../ops/matMul.js";
import { mul } from "../ops/mul.js";
import { prelu } from "../ops/prelu.js";
import { slice } from "../ops/slice.js";
import { split } from "../ops/split.js";
import { where } from "../ops/where.js";
import { varied } from "../testing/varied.js";
import { broadcasts, splitExpansions } from "./broadcasts.js";
import { rewritten } from "./testing/checkRule.js";

const x = varied([2, 3]);
const row = varied([3]);
const rules = { nodes: [broadcasts] };
type Two = (a: Value, b: Value) => Value;

it.each<[string, Two, string[]]>([
  ["at the right", (a, b) => mul(a, expand(b, [2, 3])), ["Mul"]],
  ["at the left", (a, b) => mul(expand(b, [2, 3]), a), ["Mul"]],
  ["among three", (a, b) => where(greater(a, 0), expand(b, [2, 3]), a), ["Greater", "Where"]],
])("leaves out an Expand %s", async (_name, op, types) => {
  expect(await rewritten(rules, op as never, x, row)).toEqual(types);
});

it("keeps one of two that give the result its shape", async () => {
  const both: Two = (_a, b) => add(expand(b, [2, 3]), expand(b, [2, 3]));
  expect(await rewritten(rules, both as never, x, row)).toEqual(["Expand", "Add"]);
  const grown: Two = (a, b) => add(a, expand(b, [4, 2, 3]));
  expect(await rewritten(rules, grown as never, x, row)).toEqual(["Expand", "Add"]);
});

it("keeps what feeds an operator that does not broadcast, or only one way", async () => {
  const product: Two = (a, b) => matMul(a, expand(b, [3, 3]));
  expect(await rewritten(rules, product as never, x, row)).toEqual(["Expand", "MatMul"]);
  const oneWay: Two = (a, b) => prelu(expand(b, [2, 3]), a);
  expect(await rewritten(rules, oneWay as never, x.cast("float32"), row.cast("float32"))).toEqual([
    "Expand",
    "PRelu",
  ]);
});

it("splits what is repeated before it is repeated", async () => {
  const types = await rewritten(
    { nodes: [splitExpansions, broadcasts] },
    (x, y) => {
      const parts = split(expand(x as Value, [2, 3, 4]), { axis: 1, sizes: [1, 2] }) as [Value, Value];
      return [mul(parts[0], slice(y as Value, { starts: [0], ends: [1], axes: [1] })), parts[1]];
    },
    varied([2, 3, 1]),
    varied([2, 3, 4]),
  );
  expect(types).toEqual(["Split", "Expand", "Slice", "Mul"]);
});
