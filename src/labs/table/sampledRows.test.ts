import { describe, expect, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import { readTable } from "./columns/build/tableBuilder.js";
import { sampledRows, trainingBytes } from "./sampledRows.js";

const x = { kind: "number", name: "x", decimal: "." } as const;
const time = { kind: "number", name: "t", decimal: "." } as const;

/** 5,000 rows, x and y being the row's number. */
function given(inTime: boolean) {
  const rows = Array.from({ length: 5_000 }, (_, row) => [String(row), String(row)]);
  const schema = { columns: [x], ...(inTime ? { time } : {}) };
  return readTable(schema, ["x", "t"], [{ rows, lines: rows.map((_, row) => row + 2) }]);
}

const options = { mostRows: 10_000, workers: 2, random: new Generator(1) };

describe("rows of a large table", () => {
  it("are all of few", async () => {
    const read = await given(false);
    expect(sampledRows(read, options)).toEqual({ read, notices: [] });
  });

  it("are drawn, in their order, and said", async () => {
    const { read, notices } = sampledRows(await given(false), { ...options, mostRows: 2_000 });
    const drawn = [...read.table.x.column(0)];
    expect(drawn).toHaveLength(2_000);
    expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
    expect(new Set(drawn).size).toBe(2_000);
    expect([...read.table.lines]).toEqual(drawn.map((row) => row + 2));
    expect(notices).toEqual([
      "Of 5,000 rows 2,000, drawn, are learnt from and judged by, which say as much. Types and levels are those of all rows.",
    ]);
  });

  it("are as many as memory has room for", async () => {
    const memory = trainingBytes(1_500, 1, 2);
    const { read, notices } = sampledRows(await given(false), { ...options, memory });
    expect(read.table.x.rows).toBe(1_500);
    expect(notices[0]).toContain("as many as memory allows");
    expect(sampledRows(await given(false), { ...options, memory: 1 }).read.table.x.rows).toBe(1_000);
  });

  it("are the last in time", async () => {
    const { read, notices } = sampledRows(await given(true), { ...options, mostRows: 100 });
    expect([...read.table.x.column(0)].slice(0, 2)).toEqual([4_900, 4_901]);
    expect(read.times?.[99]).toBe(4_999);
    expect(notices[0]).toContain("the last");
  });
});
