import { describe, expect, it } from "vitest";
import { encodeItem, encodeLabel, encodeText, strokeItemField } from "./strokeItem.js";

const alphabet = { letters: ["a", "b", "é"], labels: ["cat", "dog"], scale: [2, 4] };

describe("encodeItem", () => {
  it("gives points in deviations, and letters and label by number", () => {
    const item = { offsets: [2, -4, 0, 1, 8, 1], text: "abe\u0301", label: "dog" };
    expect(encodeItem("here", item, alphabet)).toEqual({
      points: Float32Array.of(1, -1, 0, 0.5, 2, 1),
      letters: Int32Array.of(0, 1, 2),
      label: 1,
    });
    expect(encodeItem("here", item, { letters: [], labels: [], scale: [1, 1] })).toEqual({
      points: Float32Array.from(item.offsets),
      letters: new Int32Array(0),
      label: -1,
    });
  });

  it("names what is missing", () => {
    expect(() => encodeItem("drawing 3", { offsets: [1, 1, 1], label: "cat" }, alphabet)).toThrow(
      "drawing 3: it has no text, and the network is given texts.",
    );
    expect(() => encodeItem("drawing 3", { offsets: [1, 1, 1], text: "a" }, alphabet)).toThrow(
      "drawing 3: it has no label, and the network is given labels.",
    );
  });
});

describe("texts and labels", () => {
  it("with letters that no hand wrote are refused by name", () => {
    expect(() => encodeText("items", "abXbY X", alphabet.letters)).toThrow(
      'items: no hand that was learnt from wrote "X", "Y", " ".',
    );
    expect(() => encodeText("items", "", alphabet.letters)).toThrow(
      "items: text must have at least one letter.",
    );
  });

  it("that nothing had are refused, with those that there are", () => {
    let thrown: unknown;
    try {
      encodeLabel("items", "cow", alphabet.labels);
    } catch (error) {
      thrown = error;
    }
    expect(String(thrown)).toContain('items: nothing that was learnt from has the label "cow".');
    expect((thrown as { help?: string }).help).toBe("There are: cat, dog");
  });
});

describe("strokeItemField", () => {
  it.each([
    [null],
    [{}],
    [{ offsets: [] }],
    [{ offsets: [1, 2] }],
    [{ offsets: [1, Number.NaN, 0] }],
    [{ offsets: [1, 2, 0], text: 3 }],
    [{ offsets: [1, 2, 0], label: 3 }],
  ])("refuses %j", (given) => {
    expect(() => strokeItemField.read("train", "items[2]", given)).toThrow(
      /^train: items\[2\] must be a drawing \{ offsets, text\?, label\? \} with three finite numbers for each of its points, received/,
    );
  });

  it("takes typed and plain numbers", () => {
    expect(strokeItemField.read("train", "item", { offsets: Float32Array.of(1, 2, 0) })).toBeDefined();
    expect(
      strokeItemField.read("train", "item", { offsets: [1, 2, 0], text: "a", label: undefined }),
    ).toBeDefined();
  });
});
