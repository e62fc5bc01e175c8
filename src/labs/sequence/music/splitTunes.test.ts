import { describe, expect, it } from "vitest";
import { splitTunes } from "./splitTunes.js";

describe("splitTunes", () => {
  it("takes what stands between blank lines", () => {
    expect(splitTunes("X:1\nK:C\nCDE|\n\n\nX:2\nK:D\nDEF|\n")).toEqual([
      { text: "X:1\nK:C\nCDE|", line: 1 },
      { text: "X:2\nK:D\nDEF|", line: 6 },
    ]);
  });

  it("begins a tune at X: without a blank line, and leaves what has no X: together", () => {
    expect(splitTunes("X:1\nK:C\nC|\nX:2\nK:C\nD|").map(({ line }) => line)).toEqual([1, 4]);
    expect(splitTunes("% by hand\nX:1\nK:C\nC|")).toHaveLength(1);
    expect(splitTunes("M:4/4\nK:C\nC|\n \nM:3/4\nK:C\nC|")).toHaveLength(2);
  });

  it("takes all line ends, and a byte order mark", () => {
    expect(splitTunes("\uFEFFX:1\r\nK:C\r\nC|\r\rX:2\rK:C")).toEqual([
      { text: "X:1\nK:C\nC|", line: 1 },
      { text: "X:2\nK:C", line: 5 },
    ]);
  });

  it("passes over comments alone, and finds nothing in nothing", () => {
    expect(splitTunes("%abc-2.1\n%%landscape\n\nX:1\nK:C")).toEqual([{ text: "X:1\nK:C", line: 4 }]);
    expect(splitTunes("")).toEqual([]);
    expect(splitTunes(" \n\t\n")).toEqual([]);
  });

  it("refuses what is no text", () => {
    const nothing: never = undefined as never;
    expect(() => splitTunes(nothing)).toThrow("splitTunes: text is required: a text.");
  });
});
