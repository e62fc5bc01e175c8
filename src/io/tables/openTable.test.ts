import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { openTable } from "./openTable.js";
import { allRows, opened, refusal } from "./testing/readAll.js";

const folder = mkdtempSync(join(tmpdir(), "imago-tables-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("a table of CSV", () => {
  it("has names, rows and their lines, as often as they are asked for", async () => {
    const table = await opened('a, b ,c\n1,"x\ny",3\n\n   \n4,"say ""so""",6');
    expect(table).toMatchObject({
      name: "t",
      format: "csv",
      encoding: "utf-8",
      separator: ",",
      columns: ["a", "b", "c"],
    });
    const expected = {
      rows: [
        ["1", "x\ny", "3"],
        ["4", 'say "so"', "6"],
      ],
      lines: [2, 6],
    };
    expect(await allRows(table)).toEqual(expected);
    expect(await allRows(table)).toEqual(expected);
    expect([table.notices, table.problems()]).toEqual([[], []]);
  });

  it.each(["\n", "\r\n", "\r"])("ends its lines with %j", async (end) => {
    for (const last of ["", end, end + end]) {
      const table = await opened(["a,b", "1,2", "", '3,"4', '5"'].join(end) + last);
      expect(await allRows(table)).toEqual({
        rows: [
          ["1", "2"],
          ["3", "4\n5"],
        ],
        lines: [2, 4],
      });
    }
  });

  it("may have all kinds of line ends", async () => {
    expect((await allRows(await opened("a,b\r\n1,2\n3,4\r5,6\r\r\n"))).lines).toEqual([2, 3, 4]);
  });

  it("keeps cells as they are written", async () => {
    const { rows } = await allRows(await opened("a,b,c,d\n007, x ,713752e1,NA\n"));
    expect(rows).toEqual([["007", " x ", "713752e1", "NA"]]);
  });

  it("says what separates its cells unless that is a comma, or was given", async () => {
    const text = "a;b\n1,5;2,5\n";
    expect((await opened(text)).notices).toEqual(["Its cells are separated by semicolons."]);
    expect((await opened(text, { separator: ";" })).notices).toEqual([]);
    expect((await opened("a::b\n1::2\n", { separator: "::" })).columns).toEqual(["a", "b"]);
    expect((await opened("a\tb\n1\t2\n", { separator: "tab" })).columns).toEqual(["a", "b"]);
    expect((await openTable(file("t.tsv", "a, b\tc\n1, 2\t3\n"))).columns).toEqual(["a, b", "c"]);
    const stated = await opened("sep=;\r\na;b\r\n1,5;2\r\n");
    expect([stated.columns, await allRows(stated)]).toEqual([
      ["a", "b"],
      { rows: [["1,5", "2"]], lines: [3] },
    ]);
  });

  it("of one column is one", async () => {
    expect(await allRows(await opened("price\n1,5\n2,5\n\n3\n"))).toEqual({
      rows: [["1,5"], ["2,5"], ["3"]],
      lines: [2, 3, 5],
    });
  });

  it("may have 5,000 columns", async () => {
    const cells = Array.from({ length: 5000 }, (_, at) => `${at}`);
    const table = await opened(
      `${cells.map((at) => `c${at}`).join(",")}\n${`${cells.join(",")}\n`.repeat(50)}`,
    );
    const { rows, lines } = await allRows(table);
    expect([table.columns.length, rows.length, rows[49]?.[4999], lines[49]]).toEqual([5000, 50, "4999", 51]);
  });

  it("has exact lines where it is read in many pieces", async () => {
    const text = `id,text\n${Array.from({ length: 60_000 }, (_, at) => `${at},"a\nb ${at}"\n${at % 3 === 0 ? "\n" : ""}`).join("")}`;
    const { rows, lines } = await allRows(await opened(text));
    const all = text.split("\n");
    expect(rows).toHaveLength(60_000);
    expect(lines.every((line, at) => all[line - 1]?.startsWith(`${at},`))).toBe(true);
  });

  it("says which names it gave", async () => {
    const table = await opened("a,,a\n1,2,3\n");
    expect(table.columns).toEqual(["a", "column 2", "a (2)"]);
    expect(table.notices).toHaveLength(2);
    expect((await opened("1,2\n3,4\n")).notices).toEqual([
      "Line 1 is taken for the names of the columns, and has only numbers: if it is a row, put a line of names above it.",
    ]);
    expect((await opened('"a", "b"\n1,2\n')).notices[0]).toContain(
      "have spaces before their quotation marks",
    );
  });

  it.each([
    ["", "it is empty. Its first line should name the columns, and each line below is a row."],
    ["\n  \r\n", "it has only blank lines."],
    ["\uFEFF", "it has only blank lines."],
    ["a,b\n\n", "it has names of columns in line 1 and no row below them."],
    ["\n\na,b", "it has names of columns in line 3 and no row below them."],
    ['[{"a": 1}]', "it is an array of JSON."],
  ])("needs names and rows: %j", async (content, message) => {
    expect(await refusal(content)).toContain(`Cannot read t: ${message}`);
  });
});

describe("ragged rows", () => {
  const sound = (count: number): string => "1,2,3\n".repeat(count);

  it("are mended or left out where they are few, and told of", async () => {
    const table = await opened(`a,b,c\n1,2\n4,5,6,,\n7,8,9,10\n${sound(200)}"5" x",2,3\n1\n`);
    expect(table.problems()).toEqual([]);
    const { rows, lines } = await allRows(table);
    expect([rows.slice(0, 3), lines.slice(0, 3), rows.at(-1)]).toEqual([
      [
        ["1", "2", ""],
        ["4", "5", "6"],
        ["1", "2", "3"],
      ],
      [2, 3, 5],
      ["1", "", ""],
    ]);
    expect(table.problems()).toEqual([
      "2 rows have fewer than 3 cells, and what they lack is missing (lines 2, 206).",
      "1 row has more than 3 cells, of which the last are empty and were left out (line 3).",
      "1 row has more than 3 cells and was left out (line 4).",
      "1 row has a quotation mark within a quoted cell that is not doubled, and was read as it stands (line 205).",
    ]);
  });

  it("may be one, and 2 % of many", async () => {
    expect(await refusal("a,b\n1\n")).toBe("");
    expect(await refusal(`a,b,c\n${sound(98)}1\n2\n`)).toBe("");
    expect(await refusal(`a,b,c\n${sound(97)}1\n2\n`)).toBe(
      "Cannot read t: 2 of 99 rows have another number of cells than line 1 has names, which is 3; the first is line 99, with 1. Cells " +
        "are taken to be separated by commas: name the separator if it is another (--separator), and put cells that have it in them in " +
        "quotation marks.",
    );
  });

  it("are no fault where every row ends with a separator", async () => {
    const table = await opened("a,b\n1,2,\n3,4,\n5,6,\n7,8,\n");
    expect((await allRows(table)).rows).toHaveLength(4);
    expect(table.problems()[0]).toContain("4 rows have more than 2 cells, of which the last are empty");
    expect(table.problems()[0]).toContain("(lines 2, 3, 4, …).");
  });

  it("that are all alike show what the first line lacks, or is", async () => {
    expect(await refusal("a,b\nx,1,2\ny,3,4\n")).toContain(
      "as R's write.table leaves it, put a name and a separator before line 1.",
    );
    expect(await refusal("Report of 2024\na;b;c\n1;2;3\n4;5;6\n")).toContain(
      "If line 1 is a title above the names, take it out",
    );
  });

  it("are no rows of a quotation mark that is not closed", async () => {
    expect(await refusal(`a,b,c\n${sound(5)}1,"2,3\n${sound(5)}`)).toContain(
      "begins a cell in line 7 is not closed.",
    );
  });
});

describe("a format", () => {
  it("is told by the name, else by how the file begins, and may be given", async () => {
    const json = '{"a":1}\n';
    expect((await opened(`\n ${json}`)).format).toBe("jsonLines");
    expect(await opened(json, { format: "csv" }).catch((error: Error) => error.message)).toContain(
      "no row below them",
    );
    expect((await openTable(file("t.ndjson", json))).format).toBe("jsonLines");
    expect((await openTable(file("t.csv", "{a},b\n1,2\n"))).format).toBe("csv");
    expect(await opened("a\n1\n", { format: "jsonLines" }).catch((error: Error) => error.message)).toMatch(
      /^Cannot read t: line 1 is no JSON \(.*\); each line is an object, as \{"age": 31, "city": "Bern"\}\.$/,
    );
  });
});

describe("a file", () => {
  const whenRead = async (path: string, change: () => void): Promise<void> => {
    const handle = await open(path);
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const read = prototype.read;
    vi.spyOn(prototype, "read").mockImplementationOnce(function (this: FileHandle, ...args: never[]) {
      change();
      return Reflect.apply(read, this, args);
    } as never);
  };

  it("that is not there is named", async () => {
    await expect(openTable(join(folder, "none.csv"))).rejects.toThrow("none.csv: there is no such file.");
    await expect(openTable(folder)).rejects.toThrow("it is a folder.");
  });

  it("that grows is taken as it was, without a line that was cut", async () => {
    const path = file("growing.csv", "a,b\n1,2\n3,ü".slice(0, -1));
    await whenRead(path, () => appendFileSync(path, "4\n5,6\n"));
    const table = await openTable(path);
    expect(table.notices).toEqual([
      "The file grew while it was read: it is taken as its first 10 bytes say, without a line that was not whole.",
    ]);
    expect((await allRows(table)).rows).toEqual([["1", "2"]]);
  });

  it("that becomes shorter is taken as far as it is there", async () => {
    const path = file("shrinking.jsonl", '{"a":1}\n{"a":2}\n{"a":3}\n');
    await whenRead(path, () => truncateSync(path, 20));
    const table = await openTable(path);
    expect(table.notices[0]).toContain(
      "The file became shorter while it was read: it is taken as its first 20 bytes say",
    );
    expect((await allRows(table)).rows).toEqual([["1"], ["2"]]);
  });

  it("that is written to meanwhile is told of", async () => {
    const path = file("written.csv", "a,b\n1,2\n");
    await whenRead(path, () => {
      truncateSync(path, 4);
      appendFileSync(path, "3,4\n");
    });
    expect((await openTable(path)).notices).toEqual([
      "The file was written to while it was read, and may be of two minds; read it again.",
    ]);
  });
});

describe("a signal", () => {
  const long = `a,b\n${"1,2\n".repeat(300_000)}`;

  it("ends opening and passes", async () => {
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(opened(long, { signal })).rejects.toBe(reason);
    await expect(openTable(file("long.csv", long), { signal })).rejects.toBe(reason);
    await expect(opened('{"a":1}', { signal })).rejects.toBe(reason);
    const table = await opened(long);
    const control = new AbortController();
    let batches = 0;
    const pass = async (): Promise<void> => {
      for await (const _ of table.rows({ signal: control.signal })) {
        // As a key would, between two turns.
        if (++batches === 2) setImmediate(() => control.abort(reason));
      }
    };
    await expect(pass()).rejects.toBe(reason);
    expect(batches).toBeLessThanOrEqual(3);
    expect((await allRows(table)).rows).toHaveLength(300_000);
  });
});

describe("openTable", () => {
  it("refuses what is no table and no option", async () => {
    const call = openTable as (...args: readonly unknown[]) => Promise<unknown>;
    await expect(call()).rejects.toThrow(
      "openTable: source is required: the path of a file, or { name, bytes }.",
    );
    await expect(call(5)).rejects.toThrow(
      "openTable: source must be the path of a file, or { name, bytes }, received 5.",
    );
    await expect(call("")).rejects.toThrow('received "".');
    await expect(call("a", { seperator: "," })).rejects.toThrow(
      'unknown option "seperator". Did you mean "separator"?',
    );
    await expect(call("a", { separator: "\n" })).rejects.toThrow(
      "openTable: separator must be a character without quotation marks",
    );
    await expect(call("a", { format: "tsv" })).rejects.toThrow(
      'format must be "csv" or "jsonLines", received "tsv".',
    );
    const table = await opened("a\n1\n");
    expect(() => table.rows(null as never)).toThrow("rows: options must be an object, received null.");
  });
});
