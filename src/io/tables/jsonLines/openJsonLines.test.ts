import { expect, it } from "vitest";
import { allRows, opened, refusal } from "../testing/readAll.js";

it("columns are all keys, in order of first appearance, and cells are texts", async () => {
  const text =
    '\uFEFF{"a":1,"b":"x"}\r\n\r\n{"c":true,"a":null}\r\n{"b":"two\\nlines","a":-1.5e-7,"__proto__":false}\r\n  {"a":0.1}';
  const table = await opened(text);
  expect([table.format, table.separator, table.columns]).toEqual([
    "jsonLines",
    undefined,
    ["a", "b", "c", "__proto__"],
  ]);
  const expected = {
    rows: [
      ["1", "x", "", ""],
      ["", "", "true", ""],
      ["-1.5e-7", "two\nlines", "", "false"],
      ["0.1", "", "", ""],
    ],
    lines: [1, 3, 4, 5],
  };
  expect(await allRows(table)).toEqual(expected);
  expect(await allRows(table)).toEqual(expected);
  expect([table.notices, table.problems()]).toEqual([[], []]);
});

it("names are made different, and long whole numbers told of", async () => {
  const table = await opened('{"a":1," a":2,"":3}\n{"a":12345678901234567890}\n');
  expect(table.columns).toEqual(["a", "a (2)", "column 3"]);
  expect(table.notices).toEqual([
    'Column 2 is called "a" as column 1 is, and becomes "a (2)".',
    'Column 3 has no name and is called "column 3".',
    "Whole numbers with more than 15 digits lose their last ones, first in line 2; write them as texts.",
  ]);
});

it("are read in other encodings, and over many pieces", async () => {
  const text = Array.from({ length: 40_000 }, (_, at) => `{"id":${at},"word":"Zürich"}\n`).join("");
  for (const bytes of [Buffer.from(text), Buffer.from(text, "latin1"), Buffer.from(text, "utf16le")]) {
    const { rows, lines } = await allRows(await opened(bytes));
    expect([rows.length, rows[39_999], lines[39_999]]).toEqual([40_000, ["39999", "Zürich"], 40_000]);
  }
});

it.each([
  [
    '{"a":1}\n{"a":\n',
    /^Cannot read t: line 2 is no JSON \(.*\); each line is an object, as \{"age": 31, "city": "Bern"\}\.$/,
  ],
  [
    '{"a":1}\n\n[1]\n',
    /line 3 is an array of JSON, and an object is expected\. Each line is a row by the names/,
  ],
  ['{"a":1}\n5\n', /line 2 is a number of JSON/],
  ['{"a":1}\nnull\n', /line 2 is null of JSON/],
  [
    '{"a":1}\n{"a":2,"b":[1]}\n',
    /Cannot read t: "b" is an array in line 2\. A cell is a text, a number, true, false or null/,
  ],
  ['{"a":{}}', /"a" is an object in line 1\./],
  ["{}\n{}\n", /it has objects without any key\./],
  ["{\n", /line 1 is no JSON/],
])("%j is refused", async (text, message) => {
  expect(await refusal(text)).toMatch(message);
});

it("need an object", async () => {
  for (const [text, what] of [
    ["", "is empty"],
    ["\n \n", "has only blank lines"],
  ] as const) {
    expect(await refusal(text, { format: "jsonLines" })).toContain(
      `Cannot read t: it ${what}. Each line is a row`,
    );
  }
});
