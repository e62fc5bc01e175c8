import { describe, expect, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { pack, unpack } from "./pack.js";

describe("packing", () => {
  it("gives back what it was given, by way of JSON", () => {
    const given = { a: [1, Number.NaN, Number.NEGATIVE_INFINITY], b: { c: Tensor.full([2], 3) }, d: null };
    const tensors: Record<string, Tensor> = {};
    const packed: unknown = JSON.parse(JSON.stringify(pack(given, "x", tensors)));
    expect(unpack(packed, tensors)).toEqual(given);
  });

  it.each([
    [{ $tensor: "y" }, 'there is no tensor "y"'],
    [{ $tensor: "constructor" }, 'there is no tensor "constructor"'],
    [{ $tensor: {} }, "there is no tensor {}"],
    [[{ $number: "12" }], '"12" is no number that JSON has not'],
    [{ a: { $number: null } }, "null is no number that JSON has not"],
  ])("refuses %j", (packed, message) => {
    expect(() => unpack(packed, {})).toThrow(message);
  });
});
