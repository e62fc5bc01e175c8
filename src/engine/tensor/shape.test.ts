import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  broadcastShapes,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  sameShape,
  sizeOf,
  stridesOf,
} from "./shape.js";

it("counts elements: one in a scalar, none where a size is 0", () => {
  expect([sizeOf([]), sizeOf([2, 3]), sizeOf([4, 0, 5])]).toEqual([1, 6, 0]);
});

it("gives strides of rows", () => {
  expect([stridesOf([]), stridesOf([5]), stridesOf([2, 3, 4])]).toEqual([[], [1], [12, 4, 1]]);
});

it("compares and shows shapes with open sizes", () => {
  expect(sameShape([2, null], [2, null])).toBe(true);
  expect(sameShape([2, null], [2, 3])).toBe(false);
  expect(sameShape([2], [2, 1])).toBe(false);
  expect([formatShape([]), formatShape([null, 3])]).toEqual(["[]", "[?, 3]"]);
});

describe("broadcasting", () => {
  it.each([
    [[], [], []],
    [[[2, 3]], [2, 3]],
    [
      [[2, 3], [3]],
      [2, 3],
    ],
    [
      [
        [2, 1],
        [1, 3],
      ],
      [2, 3],
    ],
    [[[], [4]], [4]],
    [[[1], [0]], [0]],
    [
      [[5, 1, 1], [2, 1], [3]],
      [5, 2, 3],
    ],
  ] as [number[][], number[]][])("of %j is %j", (shapes, expected) => {
    expect(broadcastShapes(...shapes)).toEqual(expected);
  });

  it("refuses sizes that differ, and 0 against more than 1", () => {
    expect(() => broadcastShapes([2, 3], [2, 4])).toThrow(
      "shapes [2, 3] and [2, 4] do not broadcast: sizes 3 and 4 differ and neither is 1",
    );
    expect(() => broadcastShapes([0], [2])).toThrow("sizes 0 and 2 differ");
  });

  it("does not depend on the order, and changes nothing again", () => {
    const shape = fc.array(fc.constantFrom(1, 1, 3), { maxLength: 4 });
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const both = broadcastShapes(a, b);
        expect(broadcastShapes(b, a)).toEqual(both);
        expect(broadcastShapes(a, both)).toEqual(both);
      }),
    );
  });
});

describe("axes", () => {
  it("are counted from the front", () => {
    expect([normalizeAxis(0, 3), normalizeAxis(-1, 3), normalizeAxis(-3, 3)]).toEqual([0, 2, 0]);
    expect(normalizeAxes([-1, 0, 2], 3)).toEqual([0, 2]);
    expect(normalizeAxes(undefined, 3)).toEqual([0, 1, 2]);
    expect(normalizeAxes([], 3)).toEqual([]);
  });

  it.each([
    [3, 3],
    [-4, 3],
    [0, 0],
    [0.5, 3],
    [Number.NaN, 3],
  ])("refuses axis %d of rank %d", (axis, rank) => {
    expect(() => normalizeAxis(axis, rank)).toThrow(
      `axis ${axis} does not exist: the tensor has rank ${rank}`,
    );
  });
});
