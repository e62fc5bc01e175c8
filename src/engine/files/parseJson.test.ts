import { describe, expect, it } from "vitest";
import { parseJson, parseJsonObject } from "./parseJson.js";

describe("JSON from outside", () => {
  it("is what it says", () => {
    expect(parseJson("[1]", "a.json")).toEqual([1]);
    expect(parseJsonObject('{"a":null}', "a.json")).toEqual({ a: null });
  });

  it("is refused by what it is called, with the place", () => {
    expect(() => parseJson('{"a":', "a.json")).toThrow(
      /^a\.json is no JSON \(.*(end of JSON input|position \d+).*\); it is truncated or altered$/,
    );
    expect(() => parseJson("\u001b[2J", "a.json", "write it anew")).toThrow(
      /^a\.json is no JSON \([^\p{Cc}]*\); write it anew$/u,
    );
  });

  it.each([
    ["[]", "an array"],
    ["null", "null"],
    ["1", "a number"],
    ['""', "a string"],
  ])("must be an object where one is wanted: %s", (text, kind) => {
    expect(() => parseJsonObject(text, "a.json")).toThrow(`a.json: expected a JSON object, found ${kind}`);
  });
});
