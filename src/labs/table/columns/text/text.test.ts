import { describe, expect, it } from "vitest";
import { chooseWords } from "./chooseWords.js";
import { TokenCounts } from "./tokenCounts.js";
import { tokensOf, usualForms, wordOf } from "./tokens.js";
import { WordReader } from "./wordReader.js";

describe("texts in words", () => {
  it("are parted by spaces and line ends, not by those that do not break", () => {
    expect(tokensOf("  a jacket,\tworn\r\ntwice ")).toEqual(["a", "jacket,", "worn", "twice"]);
    expect(tokensOf("5\u00a0km")).toEqual(["5\u00a0km"]);
    expect(tokensOf(" \n")).toEqual([]);
  });

  it("know a word with a capital and between marks", () => {
    expect(["Jacket,", "(jacket)", "JACKET!", "it's", "Öl.", "—", "5%"].map(wordOf)).toEqual([
      "jacket",
      "jacket",
      "jacket",
      "it's",
      "öl",
      "",
      "5",
    ]);
    expect(usualForms("öl")).toContain("Öl,");
    expect(usualForms("5")).toHaveLength(7);
  });

  it("count in how many texts each part stands, and let the rarest go where there are too many", () => {
    const counts = new TokenCounts();
    counts.add("a b a");
    counts.add("b c");
    expect([...counts.counts]).toEqual([
      ["a", 1],
      ["b", 2],
      ["c", 1],
    ]);
    for (let text = 0; text < 60_000; text++) counts.add(`b x${text} y${text}`);
    expect(counts.counts.get("b")).toBe(60_002);
    expect(counts.counts.size).toBeLessThan(100_001);
  });

  it("choose the frequent words with all their forms, and read by these", () => {
    const counts = new Map([
      ["red", 9],
      ["Red", 2],
      ["blue,", 5],
      ["RARE", 2],
      ["—", 50],
      ["blue", 4],
    ]);
    const { words, forms } = chooseWords(counts, 100);
    expect(words).toEqual(["red", "blue"]);
    expect(forms[1]).toEqual(expect.arrayContaining(["blue,", "blue", "Blue", "BLUE!"]));
    const reader = new WordReader({ kind: "text", name: "what", words, forms });
    const into = new Float64Array(7);
    reader.write(" A RED jacket, not bluered ", into, 1);
    reader.write("Blue red red", into, 4);
    expect([...into]).toEqual([0, 5, 1, 0, 3, 1, 1]);
    // A word for every four rows.
    expect(chooseWords(counts, 4).words).toEqual(["red"]);
  });
});
