import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openTable } from "./openTable.js";
import type { Cell } from "./tableSource.js";
import { tableWriter } from "./tableWriter.js";
import { allRows, opened } from "./testing/readAll.js";
import { writeTable } from "./writeTable.js";

const folder = mkdtempSync(join(tmpdir(), "imago-tables-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("tableWriter", () => {
  it.each<[Cell, string, string]>([
    ["plain", "plain", '"plain"'],
    ["a,b", '"a,b"', '"a,b"'],
    ['say "so"', '"say ""so"""', '"say \\"so\\""'],
    ["two\nlines", '"two\nlines"', '"two\\nlines"'],
    ["=1+1", "'=1+1", '"=1+1"'],
    ["+49 123", "'+49 123", '"+49 123"'],
    ["-", "-", '"-"'],
    ["@me", "'@me", '"@me"'],
    ["\tx", "'\tx", '"\\tx"'],
    ["\rx", '"\'\rx"', '"\\rx"'],
    ['=HYPERLINK("a","b")', '"\'=HYPERLINK(""a"",""b"")"', '"=HYPERLINK(\\"a\\",\\"b\\")"'],
    ["-1.5", "-1.5", '"-1.5"'],
    ["+2e-3", "+2e-3", '"+2e-3"'],
    [-1.5, "-1.5", "-1.5"],
    [0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"],
    [-0, "-0", "-0"],
    [1e21, "1e+21", "1e+21"],
    [Number.NaN, "", "null"],
    [Number.POSITIVE_INFINITY, "Infinity", "null"],
    [true, "true", "true"],
    [null, "", "null"],
    ["", "", '""'],
  ])("writes %j", (cell, csv, json) => {
    expect(tableWriter({ columns: ["a", "b"] }).rows([[cell, 1]])).toBe(`${csv},1\n`);
    expect(tableWriter({ columns: ["a"], format: "jsonLines" }).rows([[cell]])).toBe(`{"a":${json}}\n`);
  });

  it("writes names, and other separators", () => {
    const tabbed = tableWriter({ columns: ["=a", "b\tc"], separator: "tab" });
    expect([tabbed.head, tabbed.rows([["1,5", "-1"]])]).toEqual(['\'=a\t"b\tc"\n', "1,5\t-1\n"]);
    expect(tableWriter({ columns: ["a"], separator: "-" }).rows([["-1"]])).toBe('"-1"\n');
    expect(tableWriter({ columns: ["a"], format: "jsonLines" }).head).toBe("");
  });

  it("refuses rows of another length, and names that are equal or not there", () => {
    expect(() => tableWriter({ columns: ["a"] }).rows([["1", "2"]])).toThrow(
      "tableWriter: a row has 2 cells, and there are 1 columns.",
    );
    expect(() => tableWriter({ columns: ["a", "b", "a"] })).toThrow(
      'tableWriter: two columns are called "a". Rename one of them.',
    );
    expect(() => tableWriter({ columns: [] })).toThrow("tableWriter: columns must have one name at least.");
    expect(() => tableWriter({} as never)).toThrow("tableWriter: columns is required: an array of names.");
  });

  it("leaves numbers as countries write them, and formulas behind an apostrophe", () => {
    const writer = tableWriter({ columns: ["a"], separator: ";" });
    const written = (cell: string): string => writer.rows([[cell]]).trimEnd();
    const numbers = [
      "-1,373",
      "-1.234,5",
      "-1 234.5",
      "-5%",
      "-5 %",
      "-3 €",
      "+4",
      "-",
      "-.5",
      "-1'234",
      "-$ 3",
      "-12 kg",
    ];
    for (const cell of numbers) expect(written(cell)).toBe(cell);
    for (const cell of [
      "=1+1",
      "-1+2",
      "+A1",
      "-A1",
      "-1;2",
      "@SUM(1)",
      "--1",
      "-2-3",
      "+cmd|' /C calc'!A0",
      "-1(2)",
    ])
      expect(written(cell)).toMatch(/^"?'/);
    expect(tableWriter({ columns: ["a"] }).rows([["-1,5"]])).toBe('"-1,5"\n');
  });

  it("writes what is read again", async () => {
    const safe = fc
      .string({ unit: "grapheme" })
      .filter((text) => !/^[=+\-@\t\r]|\r/.test(text) && text !== "\uFEFF");
    const cell = fc.oneof(safe, fc.double({ noNaN: true }));
    const table = fc.tuple(
      fc.constantFrom(",", ";", "\t"),
      fc.array(fc.tuple(cell, fc.constant("x"), cell), { minLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(table, async ([separator, rows]) => {
        const writer = tableWriter({ columns: ["a", "b", "c"], separator });
        const { rows: read } = await allRows(
          await opened(writer.head + writer.rows(rows), { separator, format: "csv" }),
        );
        expect(read).toEqual(rows.map((row) => row.map((one) => (Object.is(one, -0) ? "-0" : String(one)))));
      }),
      { numRuns: 200 },
    );
  });
});

describe("writeTable", () => {
  const rows: readonly (readonly Cell[])[] = [
    ["x", 1],
    ["y", null],
  ];
  const at = (name: string): string => join(folder, name);

  it("writes by the file's name", async () => {
    for (const [name, text] of [
      ["t.csv", "a,b\nx,1\ny,\n"],
      ["t.tsv", "a\tb\nx\t1\ny\t\n"],
      ["t.jsonl", '{"a":"x","b":1}\n{"a":"y","b":null}\n'],
    ] as const) {
      await writeTable(at(name), [rows], { columns: ["a", "b"] });
      expect(readFileSync(at(name), "utf8")).toBe(text);
      expect((await openTable(at(name))).columns).toEqual(["a", "b"]);
    }
  });

  it("asks for rows as it writes them, and leaves nothing where they fail", async () => {
    const failure = new TypeError("no more");
    let asked = 0;
    async function* failing(): AsyncGenerator<readonly (readonly Cell[])[]> {
      for (; asked < 100; asked++) yield rows;
      throw failure;
    }
    await expect(writeTable(at("failing.csv"), failing(), { columns: ["a", "b"] })).rejects.toBe(failure);
    await expect(writeTable(at("failing.csv"), [[["1"]]], { columns: ["a", "b"] })).rejects.toThrow(
      "tableWriter: a row has 1 cells",
    );
    const signal = AbortSignal.abort(failure);
    await expect(writeTable(at("failing.csv"), [rows], { columns: ["a", "b"], signal })).rejects.toBe(
      failure,
    );
    expect(asked).toBe(100);
    expect(readdirSync(folder).filter((name) => name.includes("failing"))).toEqual([]);
    await expect(writeTable(at("none/t.csv"), [rows], { columns: ["a", "b"] })).rejects.toThrow(
      "there is no folder",
    );
  });

  it("refuses what it cannot write", async () => {
    const call = writeTable as (...args: readonly unknown[]) => Promise<void>;
    await expect(call(5, [], { columns: ["a"] })).rejects.toThrow(
      "writeTable: path must be a text, received 5.",
    );
    await expect(call(at("t"), 5, { columns: ["a"] })).rejects.toThrow(
      "writeTable: batches must be an iterable of arrays of rows, received 5.",
    );
    await expect(call(at("t"), [], { columns: ["a"], colums: 1 })).rejects.toThrow('Did you mean "columns"?');
  });
});
