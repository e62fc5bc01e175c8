import { expect, it } from "vitest";
import { Graph, type Value } from "../../graph/graph.js";
import { add } from "../../ops/add.js";
import { div } from "../../ops/div.js";
import { mul } from "../../ops/mul.js";
import { neg } from "../../ops/neg.js";
import { reciprocal } from "../../ops/reciprocal.js";
import { reshape } from "../../ops/reshape.js";
import { Tensor } from "../../tensor/tensor.js";
import { evaluateOne } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import { varied } from "../../testing/varied.js";
import { quotient } from "./quotient.js";

type Build = (x: Value, y: Value, z: Value) => readonly [Value, Value];

it.each<[string, Build]>([
  ["a product", (x, y, z) => [mul(mul(x, y), z), y]],
  ["a power", (x, y) => [mul(mul(x, y), mul(y, 3)), mul(y, y)]],
  [
    "what was divided by its factor's divisor",
    (x, y, z) => [neg(div(mul(x, y), mul(z, z))), mul(y, reciprocal(z))],
  ],
  ["a sum of products, divided", (x, y, z) => [div(add(mul(x, y), mul(mul(y, z), 2)), 5), y]],
  [
    "twice a product, under other axes",
    (x, y) => [add(reshape(mul(x, y), [1, 4, 1]), reshape(mul(x, y), [1, 4, 1])), y],
  ],
])("divides %s without a division", async (_, build) => {
  const inputs = [3, 4, 5].map((more) => {
    const { shape, data } = varied([4]);
    return new Tensor(
      "float32",
      shape,
      Float32Array.from(data, (value) => value + more),
    );
  });
  const whole = await evaluateOne(
    (x, y, z) => {
      const [value, divisor] = build(x as Value, y as Value, z as Value);
      const found = quotient(value, divisor) as Value;
      expect(found).toBeDefined();
      return reshape(mul(found, divisor), value.shape);
    },
    ...inputs,
  );
  const wanted = await evaluateOne((x, y, z) => build(x as Value, y as Value, z as Value)[0], ...inputs);
  expectClose(whole, wanted);
});

it("finds none where the divisor is no factor of all", () => {
  const graph = new Graph();
  const [x, y, z] = ["x", "y", "z"].map((name) => graph.input(name, { dtype: "float32", shape: [4] })) as [
    Value,
    Value,
    Value,
  ];
  expect(quotient(x, y)).toBeUndefined();
  expect(quotient(add(mul(x, y), z), y)).toBeUndefined();
  expect(quotient(mul(x, y), mul(y, y))).toBeUndefined();
});
