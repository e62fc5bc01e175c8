import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { mul } from "../ops/mul.js";
import { sub } from "../ops/sub.js";
import { Generator } from "../random/generator.js";
import { sizeOf } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { gatedSums } from "./gatedSums.js";
import { rewritten } from "./testing/checkRule.js";

const rules = { nodes: [gatedSums] };
const drawn = (shape: readonly number[], seed = 1): Tensor =>
  new Tensor("float32", shape, new Generator(seed).normals(sizeOf(shape)));
const [a, b] = [drawn([64, 32]), drawn([64, 32], 2)];
const scalar = Tensor.scalar(-0.3);
type Three = (a: Value, b: Value, s: Value) => Value;
const run = (build: Three, ...inputs: Tensor[]): Promise<string[]> =>
  rewritten(rules, build as never, ...inputs);

it.each<[string, Three, string[]]>([
  ["a sum", (x, y, s) => add(x, mul(y, s)), ["Expand", "GatedAdd"]],
  ["a sum, the other way round", (x, y, s) => add(mul(s, y), x), ["Expand", "GatedAdd"]],
  ["a difference", (x, y, s) => sub(x, mul(y, s)), ["Neg", "Expand", "GatedAdd"]],
  ["two averages", (x, y, s) => add(mul(x, 0.9), mul(y, s)), ["Mul", "Expand", "GatedAdd"]],
])("joins %s", async (_name, build, expected) => {
  expect(await run(build, a, b, scalar)).toEqual(expected);
});

it("takes numbers, several axes and vectors", async () => {
  expect(await run((x, y) => sub(x, mul(y, 0.5)), a, b)).toEqual(["Expand", "GatedAdd"]);
  const [large, other] = [drawn([3, 3, 16, 8]), drawn([3, 3, 16, 8], 2)];
  expect(await run((x, y, s) => add(x, mul(y, s)), large, other, scalar)).toEqual(["Expand", "GatedAdd"]);
  const [row, next] = [drawn([2048]), drawn([2048], 2)];
  expect(await run((x, y) => add(x, mul(y, 2)), row, next)).toEqual(["GatedAdd"]);
});

it("leaves what is small, short in its rows, broadcast, in other types or used elsewhere", async () => {
  const joined: Three = (x, y, s) => add(x, mul(y, s));
  expect(await run(joined, drawn([8, 8]), drawn([8, 8]), scalar)).toEqual(["Mul", "Add"]);
  expect(await run(joined, drawn([512, 4]), drawn([512, 4]), scalar)).toEqual(["Mul", "Add"]);
  expect(await run(joined, drawn([1, 32]), b, scalar)).toEqual(["Mul", "Add"]);
  expect(await run(joined, a, b, b)).toEqual(["Mul", "Add"]);
  const double = [a, b, scalar].map((each) => each.cast("float64"));
  expect(await run(joined, ...double)).toEqual(["Mul", "Add"]);
  const twice: Three = (x, y, s) => {
    const product = mul(y, s);
    return add(add(x, product), product);
  };
  expect(await run(twice, a, b, scalar)).toEqual(["Mul", "Add", "Add"]);
  expect(await run((x, y, s) => sub(mul(y, s), x), a, b, scalar)).toEqual(["Mul", "Sub"]);
});
