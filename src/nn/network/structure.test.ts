import { describe, expect, expectTypeOf, it } from "vitest";
import type { Tensor, TensorLike } from "../../engine/tensor/tensor.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { input } from "../layers/core/input.js";
import { type DataFor, flatten, matchNames, type ResultFor, unflatten } from "./structure.js";

const a = input({ shape: [1], name: "a" });
const b = input({ shape: [1], name: "b" });
const nameOf = (tensor: SymbolicTensor): string => tensor.call.layer.name as string;

describe("structures", () => {
  it("become lists with names", () => {
    const names = (structure: Parameters<typeof flatten>[0]) =>
      flatten(structure, nameOf).map(({ name, tensor }) => [name, tensor]);
    expect(names(a)).toEqual([["a", a]]);
    expect(names([a, b])).toEqual([
      ["a", a],
      ["b", b],
    ]);
    expect(names({ first: b, second: a })).toEqual([
      ["first", b],
      ["second", a],
    ]);
  });

  it("number names that come again", () => {
    expect(flatten([a, a, a], nameOf).map(({ name }) => name)).toEqual(["a", "a_1", "a_2"]);
  });

  it("are made again of results", () => {
    expect(unflatten(a, ["a"], [1])).toBe(1);
    expect(unflatten([a, b], ["a", "b"], [1, 2])).toEqual([1, 2]);
    expect(unflatten({ x: a, y: b }, ["x", "y"], [1, 2])).toEqual({ x: 1, y: 2 });
  });

  it("type data and results by the same names", () => {
    expectTypeOf<DataFor<{ text: SymbolicTensor }>>().toEqualTypeOf<{ readonly text: TensorLike }>();
    expectTypeOf<ResultFor<SymbolicTensor>>().toEqualTypeOf<Tensor>();
    expectTypeOf<ResultFor<readonly [SymbolicTensor, SymbolicTensor]>>().toEqualTypeOf<
      readonly [Tensor, Tensor]
    >();
  });
});

describe("matching by name", () => {
  const isNumber = (candidate: unknown): boolean => typeof candidate === "number";
  const match = (names: readonly string[], given: unknown) =>
    matchNames<number>("fit", names, given, isNumber);

  it("takes one value, a list, or a record, in which some may be left out", () => {
    expect(match(["a"], 1)).toEqual([1]);
    expect(match(["a", "b"], [1, 2])).toEqual([1, 2]);
    expect(match(["a", "b"], { b: 2 })).toEqual([undefined, 2]);
    expect(match(["a", "b"], undefined)).toEqual([undefined, undefined]);
  });

  it.each([
    [["a", "b"], [1], "fit: expected 2 entries (a, b), received 1"],
    [["a", "b"], 1, "fit: expected an entry for each of a, b, received a single one"],
    [
      ["answer", "b"],
      { anwser: 1 },
      'fit: there is no "anwser"; did you mean "answer"? Available are: answer, b',
    ],
  ])("%#: names what is missing or unknown", (names, given, message) => {
    expect(() => match(names as string[], given)).toThrow(message);
  });
});
