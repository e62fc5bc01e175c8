import { describe, expect, it } from "vitest";
import { passTune } from "./passedTune.js";

const head = "X:1\nM:4/4\nL:1/4\nK:C\n";

describe("passTune", () => {
  it("gives what the check says of a tune that is right", () => {
    expect(passTune("tuneMidi", `${head}C|CDEF|CDE|`, false)).toMatchObject({ notes: 8, isRight: true });
  });

  it.each([
    [
      `${head}CDEF|CDE|CDEF|`,
      "tuneMidi: bar 2 (line 5, column 6) holds 3/4 where 1 fill it. With allowWrongBars it is taken as it is.",
    ],
    [`${head}CDEFG|`, "tuneMidi: bar 1 (line 5, column 1) holds 5/4 where 1 fill it."],
    [
      `${head}CDEF|(3CD|`,
      "tuneMidi: the tune has a fault in bar 2, line 5, column 6: the tuplet (3 has 2 of its 3 notes",
    ],
    ["", "tuneMidi: the tune has a fault in line 1, column 1: an empty text."],
    [
      "no abc at all",
      "tuneMidi: the tune has a fault in line 1, column 1: music before the header's end: there is no K: field.",
    ],
    [`${head}`, "tuneMidi: the tune has a fault in line 1, column 1: no notes."],
    ["M:0/0\nK:C\nCDE|", "tuneMidi: the tune has a fault in line 1, column 1: M:0/0 will not do"],
    [
      `${head}C4|\n\n${head}C4|`,
      "tuneMidi: expected one tune, received 2. splitTunes gives the tunes of a text one by one.",
    ],
  ])("refuses %j", (abc, message) => {
    expect(() => passTune("tuneMidi", abc, false)).toThrow(message);
  });

  it("takes wrong bars where they are allowed, and nothing else that is wrong", () => {
    expect(passTune("tuneMidi", `${head}CDEFG|`, true).isRight).toBe(false);
    expect(() => passTune("tuneMidi", `${head}CDEF"G|`, true)).toThrow("quote left open");
  });

  it("refuses what is no text", () => {
    const nothing: never = undefined as never;
    expect(() => passTune("tuneScore", nothing, false)).toThrow("tuneScore: abc is required: a text.");
  });
});
