import { expect, it } from "vitest";
import { findSeparator } from "./findSeparator.js";
import { loadParser } from "./parser.js";

const parser = await loadParser();
const times = (count: number, row: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => `${row(at)}\n`).join("");

it.each([
  ["commas", ",", "a,b\n1,2\n"],
  ["semicolons", ";", "a;b\n1;2\n"],
  ["tabs", "\t", "a\tb\n1\t2\n"],
  ["bars", "|", "a|b\n1|2\n"],
  ["unit separators", "\x1f", "a\x1fb\n1\x1f2\n"],
  ["decimal commas among semicolons", ";", "a;b;c\n1,5;2,5;3\n2,5;1,0;4,25\n"],
  ["decimal commas among tabs", "\t", "a\tb\n1,5\t2,5\n1,0\t4,25\n"],
  ["decimal commas and one row", ";", "a;b\n1,5;2,5\n"],
  ["decimal commas in each cell of two columns", ";", `x;y\n${times(30, (at) => `${at},5;${at},25`)}`],
  ["commas within texts", ";", `id;text;y\n${times(30, (at) => `${at};well, so, it is;${at}`)}`],
  ["commas within quotation marks", ";", `id;text\n${times(30, (at) => `${at};"a, b, c;"`)}`],
  ["lists with bars in a column", ",", `id,tags\n${times(30, (at) => `${at},a|b|c`)}`],
  ["times and dates", ",", `t,y\n${times(30, (at) => `2024-01-02 10:${at}:00,${at}`)}`],
  ["one column", ",", "a\n1\n2\n"],
  ["one column of decimal commas", ";", `price\n${times(30, (at) => `${at},5`)}`],
  ["one column of texts", ";", "text\nhello, you\nwell\nso, and, so\n"],
  [
    "commas that only the first ten rows have",
    ";",
    `a,1;b\n${times(9, () => "1,5;2")}${times(30, () => "3;2")}`,
  ],
  ["more of a second one in every row", ";", `n,m;a;b\n${times(30, (at) => `${at},1;2;3`)}`],
  ["blank lines", ";", "\n\na;b\n\n1,5;2,5\n\n"],
])("%s", (_, separator, text) => {
  expect(findSeparator(parser, text, true)).toEqual({ separator, by: "guess" });
  // Without the last row, which may be cut.
  expect(findSeparator(parser, `${text}${text.split("\n").at(-2)?.slice(0, 1)}`, false)).toEqual({
    separator,
    by: "guess",
  });
});

it("may be stated for Excel", () => {
  expect(findSeparator(parser, "sep=|\na|b\n1,5|2\n", true)).toEqual({ separator: "|", by: "stated" });
});

it("is found whatever comes", () => {
  for (const text of ["", "\n", '"', '"a', "a", ",", ";;;\n", "\0"]) {
    expect(findSeparator(parser, text, true).separator).toMatch(/^[,;]$/);
  }
});
