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
