import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { denseBatchCount, denseBatches, type TextBatch, windowBatches, windowsOf } from "./windows.js";

const upTo = (count: number): Int32Array => Int32Array.from({ length: count }, (_, index) => index);
const rows = ([x, y]: TextBatch): { x: number[][]; y: number[] } => {
  const [batch, length] = x.shape as [number, number];
  return {
    x: Array.from({ length: batch }, (_, row) => [...x.data.subarray(row * length, (row + 1) * length)]),
    y: [...y.data],
  };
};

describe("windows", () => {
  it("are counted as in the classic example: range(0, len(text) - maxlen, step)", () => {
    // 600893 characters of Nietzsche in windows of 60, 3 apart.
    expect(windowsOf(new Int32Array(600893), 60, 3).starts).toHaveLength(200278);
    expect(windowsOf(upTo(61), 60, 3).starts).toEqual(Int32Array.of(0));
    expect(windowsOf(upTo(63), 60, 3).starts).toEqual(Int32Array.of(0));
    expect(windowsOf(upTo(64), 60, 3).starts).toEqual(Int32Array.of(0, 3));
  });

  it("refuse a text too short for one", () => {
    expect(() => windowsOf(upTo(60), 60, 3)).toThrow(
      "the text has 60 tokens, too few for one window of 60 and the token behind it.",
    );
    expect(() => windowsOf(new Int32Array(), 1, 1)).toThrow("the text has 0 tokens");
  });

  it("come in batches in order, the last smaller", () => {
    const batches = [...windowBatches(windowsOf(upTo(10), 3, 2), 3)].map(rows);
    expect(batches).toEqual([
      {
        x: [
          [0, 1, 2],
          [2, 3, 4],
          [4, 5, 6],
        ],
        y: [3, 5, 7],
      },
      { x: [[6, 7, 8]], y: [9] },
    ]);
  });

  it("come in an order drawn from a generator, each once", () => {
    const order = (seed: number): number[] =>
      [...windowBatches(windowsOf(upTo(50), 4, 1), 8, new Generator(seed))].flatMap((batch) => rows(batch).y);
    const first = order(1);
    expect(first).toEqual(order(1));
    expect(first).not.toEqual(order(2));
    expect([...first].sort((a, b) => a - b)).toEqual([...upTo(50).subarray(4)]);
    for (const batch of windowBatches(windowsOf(upTo(50), 4, 1), 8, new Generator(1))) {
      const { x, y } = rows(batch);
      x.forEach((window, row) => {
        expect(window.at(-1)).toBe((y[row] as number) - 1);
      });
    }
  });
});

describe("dense batches", () => {
  it("go on row by row where the batch before ended, and predict the next token everywhere", () => {
    // 2 strands of 13 tokens: three stretches of 4 and the token behind the last.
    const tokens = upTo(27);
    const batches = [...denseBatches(tokens, 4, 2)];
    expect(batches).toHaveLength(3);
    expect(denseBatchCount(27, 4, 2)).toBe(3);
    batches.forEach((batch, at) => {
      expect(batch[1].shape).toEqual([2, 4]);
      const { x, y } = rows(batch);
      expect(x).toEqual([0, 13].map((start) => [...tokens.subarray(start + 4 * at, start + 4 * at + 4)]));
      expect(y).toEqual(x.flat().map((token) => token + 1));
    });
  });

  it("need a strand of length + 1 tokens", () => {
    expect([...denseBatches(upTo(10), 4, 2)]).toHaveLength(1);
    expect(denseBatchCount(9, 4, 2)).toBe(0);
    expect(() => [...denseBatches(upTo(9), 4, 2)]).toThrow(
      "the text has 9 tokens, too few for 2 strands of 5. Use a longer text, or a smaller batch or length.",
    );
    expect(() => [...denseBatches(new Int32Array(), 4, 2)]).toThrow("too few");
  });
});
