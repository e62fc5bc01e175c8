import { expect, it } from "vitest";
import { checkSameOrder, checkSameSpace, describeSpace } from "./describeSpace.js";
import { choice, float, int } from "./parameters.js";

it("names the parameter that stands elsewhere, also in a branch", () => {
  const [a, b, c] = [float(0, 1), int(1, 4), choice([1, 2])];
  const order = (before: Parameters<typeof describeSpace>[0], now: typeof before) => () => {
    checkSameSpace("study", describeSpace(before), describeSpace(now));
    checkSameOrder("study", describeSpace(before), describeSpace(now));
  };
  expect(order({ a, b, c }, { a, b, c })).not.toThrow();
  expect(order({ a, b, c }, { b, a, c })).toThrow(
    'study: the parameters are in another order: "a" was first, where "b" is now. The order was a, b, c.',
  );
  expect(order({ a, b, c }, { a, c, b })).toThrow('"b" was after "a", where "c" is now.');
  expect(
    order({ head: choice({ mlp: { a, b }, none: {} }) }, { head: choice({ mlp: { b, a }, none: {} }) }),
  ).toThrow('the parameters of "head.mlp" are in another order: "a" was first');
});
