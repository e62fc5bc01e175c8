import { describe, expect, it } from "vitest";
import { divideStrokes, readStrokeTaskConfig, strokeTaskConfig } from "./strokeTaskConfig.js";

const items = [
  { offsets: [2, 1, 0, -2, 3, 1], text: "ba", label: "x" },
  { offsets: [4, 5, 0, -4, 7, 1], text: "ab", label: "w" },
];

describe("strokeTaskConfig", () => {
  it("takes letters, labels and scale from what is learnt", () => {
    const made = strokeTaskConfig(items, { texts: true, labels: true, heldOut: 0, units: 8 });
    expect(made).toEqual({
      network: { units: 8, layers: 2, components: 20, window: 10 },
      letters: ["a", "b"],
      labels: ["w", "x"],
      // Of 2, −2, 4, −4 and of 1, 3, 5, 7.
      scale: [Math.sqrt(10), Math.sqrt(5)],
      heldOut: 0,
      seed: 0,
    });
    expect(strokeTaskConfig(items, { heldOut: 0 })).toMatchObject({ letters: [], labels: [] });
    expect(readStrokeTaskConfig("read", JSON.parse(JSON.stringify(made)))).toEqual(made);
  });

  it.each([
    [[], {}, "strokeTaskConfig: there are no drawings, and so nothing to learn."],
    ["x", {}, "strokeTaskConfig: items must be an array of drawings { offsets, text?, label? }"],
    [[{ offsets: [1] }], {}, "strokeTaskConfig: items[0] must be a drawing"],
    [[{ offsets: [1, 2, 1] }], { texts: true }, "strokeTaskConfig: items[0] has no text"],
    [[{ offsets: [1, 2, 1], text: "" }], { texts: true }, "strokeTaskConfig: items[0] has no text"],
    [[{ offsets: [1, 2, 1] }], { labels: true }, "strokeTaskConfig: items[0] has no label"],
    [
      [{ offsets: [1, 2, 0, 3, 2, 1] }],
      {},
      "dy of all 2 points are the same, so that they have no deviation.",
    ],
    [items, { unit: 3 }, 'strokeTaskConfig: unknown option "unit". Did you mean "units"?'],
  ])("refuses what cannot be learnt: %#", (given, options, message) => {
    expect(() => strokeTaskConfig(given as never, options as never)).toThrow(message);
  });

  it("refuses what was not saved so", () => {
    const made = strokeTaskConfig(items, { heldOut: 0 });
    expect(() => readStrokeTaskConfig("load", { ...made, scale: [1] })).toThrow(
      "load: scale must be two numbers, received 1.",
    );
    expect(() => readStrokeTaskConfig("load", { ...made, scale: [1, 0] })).toThrow(
      "load: scale[1] must be a number above 0",
    );
    expect(() => readStrokeTaskConfig("load", { ...made, letters: ["a", "a"] })).toThrow(
      "load: letters: one comes twice.",
    );
    expect(() => readStrokeTaskConfig("load", { ...made, network: { units: -1 } })).toThrow(
      "load: network: units must be a whole number from 1 to 8192, received -1.",
    );
  });
});

describe("divideStrokes", () => {
  it("keeps equal drawings together", () => {
    const many = Array.from({ length: 40 }, (_, at) => ({ offsets: [at % 10, 1, 1] }));
    const { learnt, heldOut } = divideStrokes(many, { heldOut: 0.3, seed: 1 });
    const keys = (all: typeof learnt) => new Set(all.map(({ offsets }) => offsets[0]));
    expect([learnt.length, heldOut.length]).toEqual([28, 12]);
    expect([...keys(heldOut)].some((key) => keys(learnt).has(key))).toBe(false);
  });
});
