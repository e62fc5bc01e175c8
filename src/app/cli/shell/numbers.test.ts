import { describe, expect, it } from "vitest";
import { numberOf, oneOf } from "./numbers.js";
import { UsageError } from "./run.js";

describe("numberOf", () => {
  it.each([
    ["3", 3],
    ["+3", 3],
    ["-0.5", -0.5],
    [".5", 0.5],
    ["1.", 1],
    ["1e3", 1000],
    ["2E-2", 0.02],
  ])("reads %s", (text, value) => {
    expect(numberOf("--x", text)).toBe(value);
  });

  it.each(["", " ", "3 ", "3x", "0x10", "NaN", "Infinity", "1e999", "--1", "1,5", "1_000", "."])(
    "refuses %j",
    (text) => {
      expect(() => numberOf("--x", text)).toThrow(UsageError);
    },
  );

  it("keeps to its range, and says it", () => {
    const refused = (text: string, range: Parameters<typeof numberOf>[2], message: string): void => {
      expect(() => numberOf("--x", text, range)).toThrow(`--x must be ${message}, received "${text}".`);
    };
    refused("0", { whole: true, least: 1 }, "a whole number from 1");
    refused("9", { whole: true, least: 1, most: 8 }, "a whole number from 1 to 8");
    refused("1.5", { whole: true }, "a whole number");
    refused("1e16", { whole: true }, "a whole number");
    refused("0", { above: 0 }, "a number above 0");
    refused("1", { least: 0, below: 1 }, "a number from 0 below 1");
    expect(numberOf("--x", "0", { least: 0, below: 1 })).toBe(0);
  });
});

describe("oneOf", () => {
  it("takes its words alone", () => {
    expect(oneOf("--x", "b", ["a", "b"])).toBe("b");
    expect(() => oneOf("--x", "B", ["a", "b"])).toThrow('--x must be a or b, received "B".');
  });
});
