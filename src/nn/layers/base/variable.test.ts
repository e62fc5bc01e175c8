import { expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { ones } from "../../initializers/ones.js";
import { Variable } from "./variable.js";

function counted() {
  let made = 0;
  const own = ones();
  const initializer: typeof own = {
    ...own,
    make: (shape, random) => {
      made++;
      return own.make(shape, random);
    },
  };
  return { variable: new Variable({ name: "w", shape: [2], initializer }), count: () => made };
}

it("works its first elements out once, when they are asked for", () => {
  const { variable, count } = counted();
  expect(() => variable.value).toThrow('weight "w" has no value yet');
  variable.initialize(new Generator(1));
  expect([variable.initialized, count()]).toEqual([true, 0]);
  expect(variable.value).toBe(variable.value);
  expect([...variable.value.data]).toEqual([1, 1]);
  expect(count()).toBe(1);
});

it("never works out what is set before", () => {
  const { variable, count } = counted();
  variable.initialize(new Generator(1));
  variable.value = Tensor.full([2], 5);
  variable.initialize(new Generator(1));
  expect([...variable.value.data]).toEqual([5, 5]);
  expect(count()).toBe(0);
});
