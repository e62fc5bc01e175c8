import { describe, expect, it } from "vitest";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { measuredStrokes, strokeBatch } from "./strokeBatches.js";
import type { EncodedStrokes } from "./strokeItem.js";

const item = (points: readonly number[], letters: readonly number[] = [], label = -1): EncodedStrokes => ({
  points: Float32Array.from(points),
  letters: Int32Array.from(letters),
  label,
});
const plain = { letters: 0, labels: 0, longestText: 0 };
const short = item([1, 2, 1]);
const long = item([3, 4, 0, 5, 6, 0, 7, 8, 1]);

describe("strokeBatch", () => {
  it("shifts what is read by a point, pads it, and marks the end", () => {
    const [{ points }, y, weight] = strokeBatch([short, long], plain, "points");
    expect((points as Tensor).shape).toEqual([2, 4, 4]);
    expect([...(points as Tensor).data]).toEqual([
      ...[0, 0, 0, 1, 1, 2, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1],
      ...[0, 0, 0, 1, 3, 4, 0, 1, 5, 6, 0, 1, 7, 8, 1, 1],
    ]);
    expect(y.shape).toEqual([2, 4, 4]);
    expect([...y.data]).toEqual([
      ...[1, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      ...[3, 4, 0, 0, 5, 6, 0, 0, 7, 8, 1, 1, 0, 0, 0, 0],
    ]);
    // A mean over 8 positions that is one over 4 points.
    expect([...weight.data]).toEqual([2, 0, 0, 0, 2, 2, 2, 0]);
  });

  it("says no end where it is measured, and counts points of an item together", () => {
    const [, y, weight] = strokeBatch([short, long], plain, "items");
    expect(y.shape).toEqual([2, 4, 3]);
    expect([...y.data]).toEqual([
      ...[1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      ...[3, 4, 0, 5, 6, 0, 7, 8, 1, 0, 0, 0],
    ]);
    expect([...weight.data]).toEqual([4, 0, 0, 0, 4, 4, 4, 0]);
  });

  it("gives labels beside each point and letters beside them all", () => {
    const shape = { letters: 2, labels: 3, longestText: 3 };
    const [x] = strokeBatch([item([1, 2, 1], [1], 2), item([3, 4, 1], [0, 1], 0)], shape, "points");
    expect((x.points as Tensor).shape).toEqual([2, 4, 7]);
    expect([...(x.points as Tensor).data].slice(0, 14)).toEqual([0, 0, 0, 1, 0, 0, 1, 1, 2, 1, 1, 0, 0, 1]);
    expect((x.letters as Tensor).shape).toEqual([2, 3, 2]);
    expect([...(x.letters as Tensor).data]).toEqual([0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
  });
});

it("has room for the longest text, or for the longest of the batch where texts are long", () => {
  const room = (own: number, longestText: number): number => {
    const letters = new Array<number>(own).fill(0);
    const [x] = strokeBatch([item([1, 2, 1], letters)], { letters: 1, labels: 0, longestText }, "points");
    return (x.letters as Tensor).sizeAt(1);
  };
  expect([room(3, 14), room(14, 14), room(20, 14)]).toEqual([14, 14, 20]);
  expect([room(3, 5000), room(65, 5000), room(4500, 5000)]).toEqual([64, 128, 5000]);
});

describe("measuredStrokes", () => {
  it("goes from the shortest to the longest, all of them once", () => {
    const batches = [...measuredStrokes([long, short, long], plain, 2)];
    expect(batches.map(([, y]) => y.shape)).toEqual([
      [2, 4, 3],
      [1, 4, 3],
    ]);
    expect(batches[0]?.[1].data[0]).toBe(1);
  });
});
