import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { dialogueKind, speakersOf } from "../kinds/dialogue.js";
import { batchesFrom, batchesOfPass, stepsInPass } from "./batchOrder.js";
import { divideItems } from "./divide.js";
import { paddedLength } from "./paddedLength.js";
import { splitBlocks } from "./splitBlocks.js";
import { Symbols } from "./symbols.js";
import { measuredBatches, tokenBatch } from "./tokenBatches.js";
import { readItems } from "./tokenItems.js";

const kind = dialogueKind({ speakers: ["U", "A"] });

describe("readItems", () => {
  it("gives items as they are, and tells what it leaves out with line and reason", () => {
    const text = "U: one\r\nA: two\r\n\r\n\r\nnobody\nA: x\n\nU: three\nU: four\n\nU: Five\nA: six\n";
    expect(readItems(text, kind)).toEqual({
      items: ["U: one\nA: two", "U: Five\nA: six"],
      skipped: [
        { line: 5, reason: "a line does not say who speaks" },
        { line: 9, reason: "somebody speaks twice in a row" },
      ],
    });
  });

  it("leaves out items that are too long, of a million tokens in a moment", () => {
    const long = `U: ${"x".repeat(1_000_000)}\nA: y`;
    const { items, skipped } = readItems(`${long}\n\nU: a\nA: b`, kind, { mostTokens: 20 });
    expect(items).toEqual(["U: a\nA: b"]);
    expect(skipped).toEqual([{ line: 1, reason: "longer than 20 characters" }]);
  });

  it.each([
    ["", "There are no dialogues in it: it holds no text."],
    [
      "once upon a time",
      "There are no dialogues in it that can be learnt: line 1: a line does not say who speaks.",
    ],
  ])("refuses %j", (text, message) => {
    expect(() => readItems(text, kind)).toThrow(message);
  });

  it("says what else it cannot take", () => {
    expect(() => readItems(5 as never, kind)).toThrow("readItems: text must be a text, received 5");
    expect(() => readItems("U: a\nA: b", kind, { mostToken: 3 } as never)).toThrow(
      'Did you mean "mostTokens"?',
    );
  });
});

describe("speakersOf", () => {
  it("has the commonest order, and refuses talk without answers", () => {
    expect(speakersOf(["Bo: a\nAl: b", "Al: c\nBo: d", "Bo: e\nAl: f\nBo: g"])).toEqual(["Bo", "Al"]);
    expect(() => speakersOf(["U: a"])).toThrow("nobody is answered in any of the dialogues");
  });
});

it("splits at blank lines, and knows where each block begins", () => {
  expect(splitBlocks("\n\na\nb\n \n\nc")).toEqual([
    { text: "a\nb", line: 3 },
    { text: "c", line: 7 },
  ]);
});

describe("symbols", () => {
  it("number tokens from 1, in the order of their codes", () => {
    const symbols = Symbols.of([["b", "Cl"], ["a"]]);
    expect(symbols.tokens).toEqual(["Cl", "a", "b"]);
    expect([...symbols.encode(["b", "Cl"])]).toEqual([3, 1]);
    expect([symbols.size, symbols.tokenOf(0), symbols.tokenOf(3)]).toEqual([4, undefined, "b"]);
    expect(symbols.unknownIn(["a", "x", "y"])).toBe("x");
    expect(() => symbols.encode(["x"], "molecules")).toThrow(
      'molecules: "x" was never learnt. What was learnt is made of "Cl" "a" "b".',
    );
    expect(() => new Symbols(["a", "a"])).toThrow("symbols: a token comes twice.");
    expect(() => new Symbols([])).toThrow("there are no tokens");
  });
});

describe("tokenBatch", () => {
  const items = [Int32Array.of(5, 6, 7), Int32Array.of(8)];

  it("begins and ends each item with the boundary, and counts nothing behind it", () => {
    const [x, y, weight] = tokenBatch(items, "items");
    expect(x.shape).toEqual([2, 4]);
    expect([...x.data]).toEqual([0, 5, 6, 7, 0, 8, 0, 0]);
    expect([...y.data]).toEqual([5, 6, 7, 0, 8, 0, 0, 0]);
    // The mean over 8 positions of 4 times what an item's cost is the mean over two items of their sums.
    expect([...weight.data]).toEqual([4, 4, 4, 4, 4, 4, 0, 0]);
  });

  it("has the mean over tokens in training", () => {
    const [, , weight] = tokenBatch(items, "tokens");
    const own = [...weight.data];
    expect(own.reduce((a, b) => a + b)).toBeCloseTo(8, 5);
    expect(new Set(own)).toEqual(new Set([Math.fround(8 / 6), 0]));
  });

  it("measures all items, the shortest first", () => {
    const lengths = [9, 1, 30, 2].map((length) => new Int32Array(length).fill(1));
    const batches = [...measuredBatches(lengths, 3)];
    expect(batches.map(([x]) => x.shape)).toEqual([
      [3, 12],
      [1, 32],
    ]);
  });
});

it("pads to at most an eighth more, of long items a quarter, by few lengths", () => {
  const lengths = Array.from({ length: 2000 }, (_, at) => at + 1);
  for (const length of lengths) {
    expect(paddedLength(length)).toBeGreaterThanOrEqual(length);
    if (length >= 32)
      expect(paddedLength(length)).toBeLessThanOrEqual(length * (length < 256 ? 1.125 : 1.25));
  }
  expect(new Set(lengths.map(paddedLength)).size).toBeLessThan(45);
});

describe("the order of batches", () => {
  const lengths = Array.from({ length: 103 }, (_, at) => 1 + ((at * 37) % 50));
  const options = { lengths, batchSize: 8, random: new Generator(3) };

  it("has every item in each pass, and full batches of like lengths", () => {
    for (const pass of [0, 1]) {
      const batches = batchesOfPass(options, pass);
      expect(batches).toHaveLength(stepsInPass(103, 8));
      expect(batches.every(({ length }) => length === 8)).toBe(true);
      expect(new Set(batches.flatMap((batch) => [...batch])).size).toBe(103);
      for (const batch of batches) {
        const own = [...batch].map((item) => lengths[item] as number);
        expect(Math.max(...own) - Math.min(...own)).toBeLessThan(15);
      }
    }
    expect(batchesOfPass(options, 0)).toEqual(batchesOfPass(options, 0));
    expect(batchesOfPass(options, 0)).not.toEqual(batchesOfPass(options, 1));
  });

  it("goes on in the middle of a pass as it would have", () => {
    const take = (step: number, count: number): number[][] => {
      const found: number[][] = [];
      for (const batch of batchesFrom(options, step)) {
        if (found.length === count) break;
        found.push([...batch]);
      }
      return found;
    };
    expect(take(9, 8)).toEqual(take(0, 17).slice(9));
  });

  it("serves fewer items than a batch has", () => {
    const few = { lengths: [3, 1], batchSize: 16, random: new Generator(0) };
    expect(batchesOfPass(few, 0)).toEqual([Int32Array.of(1, 0)]);
  });
});

describe("divideItems", () => {
  const items = Array.from({ length: 40 }, (_, at) => `item ${at % 30}`);

  it("holds a fraction out, equal ones together", () => {
    const { learnt, heldOut } = divideItems(items, 0.2, new Generator(1));
    expect(new Set(heldOut).size).toBe(6);
    expect(learnt.length + heldOut.length).toBe(40);
    expect(learnt.some((item) => heldOut.includes(item))).toBe(false);
    expect(divideItems(items, 0.2, new Generator(1))).toEqual({ learnt, heldOut });
  });

  it("holds nothing out where nothing is asked or only one item is there", () => {
    expect(divideItems(items, 0, new Generator(1)).heldOut).toEqual([]);
    expect(divideItems(["a", "a"], 0.5, new Generator(1))).toEqual({ learnt: ["a", "a"], heldOut: [] });
    expect(divideItems(["a", "b"], 0.01, new Generator(1)).heldOut).toHaveLength(1);
  });
});
