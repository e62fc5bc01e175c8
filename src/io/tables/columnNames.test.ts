import { expect, it } from "vitest";
import { columnNames } from "./columnNames.js";

it.each([
  [["a", "b"], ["a", "b"], []],
  [[" a ", "b\t"], ["a", "b"], []],
  [
    ["a", "", "a"],
    ["a", "column 2", "a (2)"],
    [
      'Column 2 has no name and is called "column 2".',
      'Column 3 is called "a" as column 1 is, and becomes "a (2)".',
    ],
  ],
  [
    ["a", "a (2)", "a", "a"],
    ["a", "a (2)", "a (3)", "a (4)"],
    [
      'Column 3 is called "a" as column 1 is, and becomes "a (3)".',
      'Column 4 is called "a" as column 1 is, and becomes "a (4)".',
    ],
  ],
  [["column 2", " "], ["column 2", "column 2 (2)"], ['Column 2 has no name and is called "column 2 (2)".']],
  [["__proto__", "constructor"], ["__proto__", "constructor"], []],
])("%j become %j", (given, columns, notices) => {
  expect(columnNames(given)).toEqual({ columns, notices });
});

it("that are all renamed are said in a few sentences", () => {
  const { columns, notices } = columnNames(Array.from({ length: 5000 }, () => ""));
  expect(new Set(columns).size).toBe(5000);
  expect(notices).toHaveLength(6);
  expect(notices[5]).toBe("4,995 more columns were renamed in this way.");
});
