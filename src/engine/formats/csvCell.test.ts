import { expect, it } from "vitest";
import { csvCell } from "./csvCell.js";

it.each([
  ["loss", undefined, "loss"],
  [-1.5e-7, undefined, "-1.5e-7"],
  ["-1", undefined, "'-1"],
  ["=1+1", undefined, "'=1+1"],
  ["a,b", undefined, '"a,b"'],
  ["a,b", ";", "a,b"],
  ["a;b", ";", '"a;b"'],
  ['say "x"', undefined, '"say ""x"""'],
  ["two\nlines", undefined, '"two\nlines"'],
  [undefined, undefined, ""],
  [null, undefined, ""],
  [Number.NaN, undefined, "NaN"],
])("%j with the separator %j is %j", (value, separator, expected) => {
  expect(csvCell(value, separator)).toBe(expected);
});

it("has an apostrophe before what a spreadsheet would run, wide signs and white space before it too", () => {
  for (const text of ["=1+1", " =1+1", "\n=1+1", "\t=1", "＝1+1", "@SUM(A1)", "-2+3", "+1", "\r=1"]) {
    expect(csvCell(text).replace(/^"/, "").startsWith("'")).toBe(true);
  }
  for (const text of ["a=1", "1 - 2", "x", " a"]) expect(csvCell(text)).toBe(text);
});
