import { describe, expect, it } from "vitest";
import { batchesOf, type Cells, planOf, repeated } from "../../testing/cells.js";
import { readingNotices } from "./readingNotices.js";
import { restoreSchema, type TableSchema } from "./schema.js";
import { type ReadTable, readTable, type TableBuilderOptions } from "./tableBuilder.js";

const read = (schema: TableSchema, cells: Cells, options?: TableBuilderOptions): Promise<ReadTable> =>
  readTable(schema, Object.keys(cells), batchesOf(cells), options);

const schema: TableSchema = {
  columns: [
    { kind: "number", name: "size", decimal: ",", thousands: ".", unit: "€" },
    { kind: "category", name: "colour", levels: ["red", "blue"] },
    { kind: "date", name: "day", order: "dayFirst", hasTime: true },
  ],
  target: { task: "binary", name: "sold", classes: ["no", "yes"] },
};

const cells: Cells = {
  day: ["1.2.1970", "31.12.1969 06:00", "", "1971-01-01", "30.2.2000"],
  sold: ["yes", "no", "yes", "", "no"],
  colour: [" blue ", "red", "green", "red", ""],
  size: ["1.234,5 €", "7", "n/k", "3", "-2"],
};

describe("cells as numbers", () => {
  it("are found by their columns' names, and rows without a target are left out", async () => {
    const { table, y, columns, withoutTarget, notices } = await read(schema, cells);
    expect([...table.x.data]).toEqual([
      1234.5,
      1,
      31,
      7,
      0,
      -0.75,
      Number.NaN,
      -1,
      Number.NaN,
      -2,
      Number.NaN,
      Number.NaN,
    ]);
    expect([...table.lines]).toEqual([2, 3, 4, 6]);
    expect([...(y as Float64Array)]).toEqual([1, 0, 1, 0]);
    expect(columns).toEqual([
      { name: "size", missing: 0, unreadable: 1, examples: [{ text: "n/k", line: 4 }] },
      { name: "colour", missing: 1, unreadable: 1, examples: [{ text: "green", line: 4 }] },
      { name: "day", missing: 1, unreadable: 1, examples: [{ text: "30.2.2000", line: 6 }] },
    ]);
    expect(withoutTarget).toEqual({ count: 1, lines: [5] });
    expect(notices).toEqual([]);
  });

  it("are told of in sentences", async () => {
    expect(readingNotices(await read(schema, { ...cells, extra: ["x"] }))).toEqual([
      "1 row has no target and is left out: line 5.",
      'column "size": 1 cell is no number, and it counts as missing: "n/k" on line 4.',
      'column "colour": 1 cell is none of the texts learnt from, and it counts as rare: "green" on line 4.',
      'column "day": 1 cell is no date, and it counts as missing: "30.2.2000" on line 6.',
    ]);
  });

  it("are the same in batches of any size, with a good guess of the rows or none", async () => {
    const names = Object.keys(cells);
    const whole = await readTable(schema, names, batchesOf(cells, 100));
    for (const size of [1, 2, 3]) {
      const parts = await readTable(schema, names, batchesOf(cells, size), { rows: size });
      expect(parts.table.x.data).toEqual(whole.table.x.data);
      expect(parts.y).toEqual(whole.y);
    }
  });

  it("of new rows need no target, keep every row, and may stand in other columns", async () => {
    const { day, size, colour } = cells as Required<Cells>;
    const other = { "Size ": size ?? [], note: ["x"], COLOUR: colour ?? [], day: day ?? [] };
    const { table, y, notices } = await read(schema, other, { learning: false });
    expect(table.x.rows).toBe(5);
    expect(y).toBeUndefined();
    expect(notices).toEqual([
      'column "Size " is taken for "size".',
      'column "COLOUR" is taken for "colour".',
      '1 column of the file is not used: "note".',
    ]);
    const labelled = await read(schema, cells, { learning: false });
    expect([...(labelled.y as Float64Array)]).toEqual([1, 0, 1, Number.NaN, 0]);
  });

  it("must have their columns", async () => {
    await expect(
      read(schema, { colours: ["red"], day: [""], price: ["1"] }, { learning: false }),
    ).rejects.toThrow(
      'the file lacks 2 columns "size", "colour" (is it "colours"?). It has: "colours", "day", "price".',
    );
    await expect(
      readTable(schema, ["size", "size", "colour", "day"], [], { learning: false }),
    ).rejects.toThrow('the file has 2 columns "size". Rename all but one.');
    await expect(read(schema, { size: ["1"], colour: ["red"], day: [""] })).rejects.toThrow(
      'the file lacks the column "sold".',
    );
  });

  it("of a target must be good", async () => {
    await expect(read(schema, { ...cells, sold: ["yes", "no", "perhaps", "", "no"] })).rejects.toThrow(
      'target "sold": 1 cell is not one of "no", "yes": "perhaps" on line 4. Mend them, or leave those rows out.',
    );
    const numbers: TableSchema = {
      columns: [{ kind: "number", name: "x", decimal: "." }],
      target: { task: "regression", column: { kind: "number", name: "y", decimal: "." } },
    };
    const y = ["1", "NaN", "", "inf", "2.5", "high", "nan", "-inf", "1e999"];
    await expect(read(numbers, { x: y, y })).rejects.toThrow(
      'target "y": 6 cells are not a finite number up to 1e150: "NaN" on line 3, "inf" on line 5, "high" on line 7, "nan" on line 8, "-inf" on line 9 ….',
    );
  });

  it("with a type of their own are not read by the marks of texts", async () => {
    const schema: TableSchema = {
      columns: [
        { kind: "number", name: "price", decimal: ",", thousands: "." },
        { kind: "category", name: "sold", levels: ["FALSE", "TRUE"] },
      ],
      target: { task: "regression", column: { kind: "number", name: "y", decimal: "," } },
    };
    const cells = [
      [25.125, true, 1.5],
      ["25.125", "TRUE", "1,5"],
      [1e300, false, null],
    ];
    const rows = cells.map((row) => row.map((cell) => (cell === null ? "" : String(cell))));
    const batch = { rows, cells, lines: [1, 2, 3] };
    const { table, y } = await readTable(schema, ["price", "sold", "y"], [batch], { learning: false });
    expect([...table.x.data]).toEqual([25.125, 1, 25_125, 1, Number.NaN, 0]);
    expect([...(y as Float64Array)]).toEqual([1.5, 1.5, Number.NaN]);
  });

  it("of a target need not be good where nobody asks for it", async () => {
    const schema: TableSchema = {
      columns: [{ kind: "number", name: "x", decimal: "." }],
      target: { task: "binary", name: "sold", classes: ["no", "yes"] },
    };
    const given = { x: ["1"], sold: ["not yet"] };
    await expect(read(schema, given, { learning: false })).rejects.toThrow("not yet");
    const { y, table } = await read(schema, given, { learning: false, roles: false });
    expect([y, ...table.x.data]).toEqual([undefined, 1]);
  });

  it("of a target of numbers that are classes may be written as 1 or 1.0", async () => {
    const target: TableSchema = {
      columns: [{ kind: "number", name: "x", decimal: "." }],
      target: { task: "binary", name: "y", classes: ["0", "1"] },
    };
    const { y } = await read(target, { x: ["1", "2", "3"], y: ["1.0", "0", "1"] });
    expect([...(y as Float64Array)]).toEqual([1, 0, 1]);
  });

  it("are read of weights, groups and times", async () => {
    const roles: TableSchema = {
      columns: [{ kind: "number", name: "x", decimal: "." }],
      weight: { kind: "number", name: "w", decimal: "." },
      group: "g",
      time: { kind: "date", name: "t", order: "iso", hasTime: false },
    };
    const good = {
      x: ["1", "2", "3"],
      w: ["0", "1.5", "2"],
      g: ["b", "a", " b"],
      t: ["1970-01-03", "1970-01-02", "1970-01-01"],
    };
    const { weights, groups, times } = await read(roles, good);
    expect([[...(weights ?? [])], [...(groups ?? [])], [...(times ?? [])]]).toEqual([
      [0, 1.5, 2],
      [0, 1, 0],
      [2, 1, 0],
    ]);
    await expect(read(roles, { ...good, w: ["1", "", "-2"] })).rejects.toThrow(
      'weight "w": 2 cells are not a number from 0: "" on line 3, "-2" on line 4. Mend them, or leave those rows out.',
    );
    await expect(read(roles, { ...good, t: ["1970-01-03", "", "x"] })).rejects.toThrow(
      'time "t": 2 cells are not a date: "" on line 3, "x" on line 4.',
    );
    const lone = await read(roles, { ...good, g: ["b", "", "NA"] });
    expect([...(lone.groups ?? [])]).toEqual([0, 1, 2]);
    expect(lone.notices).toEqual([
      'group "g": its cell is missing on lines 3, 4; each such row is a group by itself.',
    ]);
  });

  it("refuse options that are none", async () => {
    await expect(read(schema, cells, { row: 5 } as never)).rejects.toThrow(
      'TableBuilder: unknown option "row". Did you mean "rows"?',
    );
  });

  it("that the first pass could read, the second reads too", async () => {
    const random = { ...drawnCells(), y: repeated(["1.5", "2", "3"], 200) };
    const plan = await planOf(random, { target: "y" });
    const { columns } = await read(plan.schema, random);
    for (const used of plan.columns) {
      if (!used.use) continue;
      const found = columns.find(({ name }) => name === used.name);
      const said = [/(\d+) (?:is|are) unreadable/.exec(used.why), /(\d+) (?:is|are) infinite/.exec(used.why)];
      const expected = said.reduce((sum, match) => sum + Number(match?.[1] ?? 0), 0);
      expect(found?.unreadable, used.name).toBe(expected);
    }
    expect(columns.length).toBe(7);
  });
});

/** Columns of all kinds with a few cells that are out of place. */
function drawnCells(): Cells {
  const of = (make: (i: number) => string, bad: readonly string[]): string[] =>
    Array.from({ length: 200 }, (_, i) => (i % 67 === 66 ? (bad[(i / 67) | 0] as string) : make(i)));
  return {
    plain: of((i) => `${(i * i) % 91}`, ["1,5", "inf"]),
    commas: of((i) => `${i * 1.25}`.replace(".", ","), ["1.5", "x"]),
    thousands: of((i) => (i * 137).toLocaleString("en-GB"), ["1.234.567", "1 234"]),
    swiss: of((i) => `${i}'234.5`.replace(/^0'/, ""), ["1,5", "1.234,5"]),
    shares: of((i) => `${i % 7} %`, ["5 €", "n/k"]),
    dates: of((i) => `${(i % 28) + 1}/3/2024`, ["2/13/2024", "1/2/24"]),
    iso: of((i) => `2024-03-${`${(i % 28) + 1}`.padStart(2, "0")}`, ["x", "y"]),
  };
}

describe("a schema", () => {
  const whole: TableSchema = {
    ...schema,
    weight: { kind: "number", name: "w", decimal: "." },
    group: "g",
    time: { kind: "date", name: "t", order: "iso", hasTime: false },
  };

  it("is restored from JSON as it was", () => {
    expect(restoreSchema(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
    expect(JSON.stringify(restoreSchema(schema))).toBe(JSON.stringify(schema));
  });

  it.each([
    [null, "schema: options must be an object, received null."],
    [{}, "schema: columns is required: an array of columns."],
    [{ columns: [] }, "schema: columns must have one at least."],
    [
      { columns: [5] },
      'schema: columns[0]: kind is required: "number", "category", "date", "text" or "picture".',
    ],
    [
      { columns: [{ kind: "words" }] },
      'schema: columns[0]: kind must be "number", "category", "date", "text" or "picture", received "words".',
    ],
    [{ columns: [{ kind: "number", name: "a" }] }, 'schema: columns[0]: decimal is required: "." or ",".'],
    [
      { columns: [{ kind: "number", name: "a", decimal: ".", thousands: "." }] },
      'schema: columns[0] has "." between thousands and as its decimal mark.',
    ],
    [
      { columns: [{ kind: "category", name: "a", levels: ["x", "x"] }] },
      'schema: columns[0].levels has "x" twice.',
    ],
    [{ ...schema, weight: schema.columns[0] }, 'schema: columns has "size" twice.'],
    [
      { ...schema, target: { task: "binary", name: "y", classes: ["a"] } },
      "schema: target.classes must be two for binary, received 1.",
    ],
    [
      { ...schema, target: { task: "ranks" } },
      'schema: target: task must be "regression", "binary" or "classes", received "ranks".',
    ],
    [
      { ...schema, columns: [{ kind: "date", name: "a", order: "iso" }] },
      "schema: columns[0]: hasTime is required: true or false.",
    ],
  ])("of another form is refused: %#", (saved, message) => {
    expect(() => restoreSchema(saved)).toThrow(message);
  });
});
