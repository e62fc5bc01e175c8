import { describe, expect, it } from "vitest";
import { fraction } from "./fraction.js";
import { defaultUnit, freeMetre, parseMetre, parseUnit, tupletTime } from "./metre.js";

describe("parseMetre", () => {
  it.each([
    ["4/4", 1, 1, false],
    ["6/8", 3, 4, true],
    ["9/8", 9, 8, true],
    ["12/8", 3, 2, true],
    ["6/4", 3, 2, true],
    ["3/4", 3, 4, false],
    [" 2/4 ", 1, 2, false],
    ["C", 1, 1, false],
    ["C|", 1, 1, false],
    ["(2+3+2)/8", 7, 8, false],
    ["2+3/8", 5, 8, false],
  ])("reads %s", (text, numerator, denominator, isCompound) => {
    expect(parseMetre(text)).toEqual({
      text: text.trim(),
      length: fraction(numerator, denominator),
      isCompound,
    });
  });

  it("takes none, or nothing, for no metre", () => {
    expect(parseMetre("none")).toEqual(freeMetre);
    expect(parseMetre("")).toEqual(freeMetre);
  });

  it.each([
    "0/0",
    "4/0",
    "0/4",
    "4/3",
    "four",
    "4",
    "4/4/4",
    "-4/4",
    "1.5/4",
    "(2+0)/8",
    "4/1024",
    "C/",
    "9999/4",
  ])("refuses %s", (text) => {
    expect(parseMetre(text)).toBeUndefined();
  });
});

describe("parseUnit", () => {
  it("reads powers of two", () => {
    expect(parseUnit("1/8")).toEqual(fraction(1, 8));
    expect(parseUnit(" 1 / 16 ")).toEqual(fraction(1, 16));
    expect(parseUnit("1")).toEqual(fraction(1));
  });

  it.each(["", "0", "1/0", "1/3", "2/8", "1/", "x", "1/1024"])("refuses %j", (text) => {
    expect(parseUnit(text)).toBeUndefined();
  });
});

describe("what is not written", () => {
  const unitFor = (metre: string) => defaultUnit(parseMetre(metre) ?? freeMetre);

  it("is a sixteenth below 3/4 and an eighth from there, and without a metre", () => {
    expect(unitFor("2/4")).toEqual(fraction(1, 16));
    expect(unitFor("5/8")).toEqual(fraction(1, 16));
    expect(unitFor("3/4")).toEqual(fraction(1, 8));
    expect(unitFor("6/8")).toEqual(fraction(1, 8));
    expect(unitFor("C|")).toEqual(fraction(1, 8));
    expect(unitFor("none")).toEqual(fraction(1, 8));
  });

  it("is the time of a tuplet as the standard's table has it", () => {
    const simple = [2, 3, 4, 5, 6, 7, 8, 9].map((notes) => tupletTime(notes, false));
    expect(simple).toEqual([3, 2, 3, 2, 2, 2, 3, 2]);
    const compound = [2, 3, 4, 5, 6, 7, 8, 9].map((notes) => tupletTime(notes, true));
    expect(compound).toEqual([3, 2, 3, 3, 2, 3, 3, 3]);
  });
});
