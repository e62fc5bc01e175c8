import { describe, expect, it } from "vitest";
import type { TableColumn } from "../../table.js";
import { factsOf, repeated } from "../../testing/cells.js";
import { contextOf } from "./context.js";
import { decideColumn } from "./decideColumn.js";
import type { ColumnPlan } from "./plan.js";

const decided = (
  cells: readonly string[],
  ...rest: Parameters<typeof decideColumn> extends [unknown, ...infer R] ? R : never
) => decideColumn(factsOf(cells), ...rest);

function columnOf(plan: ColumnPlan): TableColumn | string {
  return plan.use ? plan.column : plan.reason;
}

const numbers = { kind: "number", name: "a", decimal: "." } as const;

describe("numbers", () => {
  it("are plain, with what is missing said", () => {
    const plan = decided(["1", "2.5", "", "NA", "-3e2", "1.234", "7"]);
    expect(columnOf(plan)).toEqual(numbers);
    expect([plan.why, plan.warnings]).toEqual(["numbers; 2 of 7 cells are missing", []]);
  });

  it.each([
    [["1,5", "2,25", "1,234"], { ...numbers, decimal: "," }, "numbers with a decimal comma"],
    [
      ["1.234,5", "17", "2.000"],
      { ...numbers, decimal: ",", thousands: "." },
      "numbers with a decimal comma and points between thousands",
    ],
    [["1,234.5", "17", "2,000"], { ...numbers, thousands: "," }, "numbers with commas between thousands"],
    [["1'234.50", "0.5"], { ...numbers, thousands: "'" }, "numbers with apostrophes between thousands"],
    [
      ["1 234,50", "0,5"],
      { ...numbers, decimal: ",", thousands: " " },
      "numbers with a decimal comma and spaces between thousands",
    ],
    [["5 %", "12.5 %"], { ...numbers, unit: "%" }, "numbers with the sign %, which is left out"],
  ])("have the marks that all cells agree on: %j", (cells, column, why) => {
    const plan = decided(cells);
    expect(columnOf(plan)).toEqual(column);
    expect([plan.why, plan.warnings]).toEqual([why, []]);
  });

  it("have a point as decimal mark where nothing tells, unless other columns have commas", () => {
    const cells = ["1.234", "2.345", "999"];
    expect(columnOf(decided(cells))).toEqual(numbers);
    const plan = decided(cells, contextOf([factsOf(cells), factsOf(["0,5", "1,25"])]));
    expect(columnOf(plan)).toEqual({ ...numbers, decimal: ",", thousands: "." });
    expect(plan.warnings).toEqual([
      'column "a": the point of numbers like 1.234 is taken for a mark between thousands, because other columns of the file have ' +
        'decimal commas. If it is a decimal mark, say so: decimal: ".".',
    ]);
  });

  it("have a comma between thousands where nothing tells, with a warning", () => {
    const cells = ["1,234", "2,345", "999"];
    const plan = decided(cells);
    expect(columnOf(plan)).toEqual({ ...numbers, thousands: "," });
    expect(plan.warnings).toEqual([
      'column "a": the comma of numbers like 1,234 is taken for a mark between thousands. If it is a decimal mark, say so: decimal: ",".',
    ]);
    expect(columnOf(decided(cells, { decimal: "," }))).toEqual({ ...numbers, decimal: "," });
    expect(columnOf(decided(cells, {}, { decimal: "," }))).toEqual({ ...numbers, decimal: "," });
    expect(columnOf(decided([...cells, "1234"]))).toEqual({ ...numbers, decimal: "," });
  });

  it("may be unreadable in one cell of fifty, which is named", () => {
    const cells = [...Array.from({ length: 98 }, (_, i) => `${i * 3}`), "n/k", "inf"];
    const plan = decided(cells);
    expect(columnOf(plan)).toEqual(numbers);
    expect(plan.why).toBe(
      'numbers; 1 is unreadable and counts as missing: "n/k" on line 100; 1 is infinite and counts as missing: "inf" on line 101',
    );
  });

  it("with commas and points as decimal marks are none, and it is said", () => {
    const plan = decided(Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? `${i},25` : `${i}.75`)));
    expect(plan.use).toBe(false);
    expect(plan.warnings).toEqual([
      'column "a": 30 numbers have a decimal comma and 30 numbers have a decimal point ("0,25" on line 2, "1.75" on line 3, ' +
        '"2,25" on line 4 …). Write them alike, to learn from it as numbers.',
    ]);
  });

  it("of which some cannot be read are identifiers where no two are the same, and it is said how to have them", () => {
    const plan = decided(Array.from({ length: 60 }, (_, i) => (i % 15 === 0 ? `err${i}` : `${i}.${i}1`)));
    expect(plan.use).toBe(false);
    expect(plan.warnings[0]).toContain('93.3 % of its cells are numbers, but not "err0" on line 2');
  });

  it("are mixed with too many texts beyond that, and it is said how to have them", () => {
    const cells = [...Array.from({ length: 90 }, (_, i) => `${i * 3}`), ...repeated(["n/k", "low"], 10)];
    const plan = decided(cells);
    expect(columnOf(plan)).toBe("text");
    expect(plan.why).toBe(
      "texts of which there are too many to be categories: 92 different texts in 100 cells, 1.1 cells each",
    );
    expect(plan.warnings).toEqual([
      'column "a": 90 % of its cells are numbers, but not "n/k" on line 92, "low" on line 93, "n/k" on line 94. To take the rest for ' +
        'missing: as: { "a": "number" } (in a shell --as "a=number").',
    ]);
    expect(columnOf(decided(cells, {}, { kind: "number" }))).toEqual(numbers);
  });

  it("with few distinct values, such as ratings, stay numbers", () => {
    expect(columnOf(decided(repeated(["1", "2", "3", "4", "5"], 100)))).toEqual(numbers);
    expect(columnOf(decided(repeated(["0", "1"], 100)))).toEqual(numbers);
  });

  it("of nothing but nines far from all others are mentioned", () => {
    const plan = decided([...Array.from({ length: 97 }, (_, i) => `${i / 4}`), "-999", "-999", "-999.0"]);
    expect(plan.warnings).toEqual([
      'column "a": 3 rows have exactly −999 (3 %), while all others lie from 0 to 24. If it stands for a missing number, empty those cells.',
    ]);
    expect(decided(Array.from({ length: 300 }, (_, i) => `${i % 150}`)).warnings).toEqual([]);
  });

  it("with different signs are taken for the most frequent", () => {
    const plan = decided([...repeated(["5 €", "7 €"], 99), "6 $"]);
    expect(columnOf(plan)).toEqual({ ...numbers, unit: "€" });
    expect(plan.warnings).toEqual([
      'column "a": its numbers have different signs (€ in 99, $ in 1); those with another than € are unreadable.',
    ]);
    expect(decided(["5 %", "7", "8"]).warnings).toEqual([
      'column "a": 1 number has the sign % and 2 not; it is left out, and all are taken for the same.',
    ]);
  });
});

describe("codes and identifiers", () => {
  it("of digits with leading zeros are no numbers", () => {
    const few = decided(repeated(["01234", "98765", "10115"], 30));
    expect(columnOf(few)).toEqual({ kind: "category", name: "a", levels: ["01234", "10115", "98765"] });
    expect(few.why).toBe(
      'a category of 3 texts ("01234", "10115", "98765"); no numbers, because 10 cells have zeros before their digits ("01234" on line 2)',
    );
    const many = decided(Array.from({ length: 60 }, (_, i) => `${i + 600}`.padStart(5, "0")));
    expect([columnOf(many), many.why]).toEqual([
      "identifier",
      'codes, and no numbers, because 60 cells have zeros before their digits ("00600" on line 2); 60 different texts are too many to be categories',
    ]);
  });

  it("of more than 15 digits are none either", () => {
    const plan = decided(Array.from({ length: 30 }, (_, i) => `40000000000000${100 + i}`));
    expect(columnOf(plan)).toBe("identifier");
    expect(plan.why).toContain("30 cells have more than 15 digits, which numbers do not hold");
  });

  it("are numbers if a single cell of many has a zero before and lengths differ", () => {
    expect(columnOf(decided([...Array.from({ length: 99 }, (_, i) => `${i * 7}`), "007"]))).toEqual(numbers);
  });

  it("that count the rows, or have every number once, are left out", () => {
    const steps = decided(Array.from({ length: 50 }, (_, i) => `${i + 1}`));
    expect([columnOf(steps), steps.why]).toEqual([
      "identifier",
      'an identifier: it counts the rows in steps of 1. To learn from it: as: { "a": "number" } (in a shell --as "a=number")',
    ]);
    const shuffled = decided(Array.from({ length: 50 }, (_, i) => `${((i * 7) % 50) + 1}`));
    expect(shuffled.why).toContain("an identifier: it has every number from 1 to 50 once");
    expect(columnOf(decided(Array.from({ length: 50 }, (_, i) => `${(i * i) % 997}`)))).toEqual(numbers);
  });

  it("of texts that are all different are left out", () => {
    const plan = decided(Array.from({ length: 50 }, (_, i) => `P${i * i}`));
    expect([columnOf(plan), plan.why]).toEqual([
      "identifier",
      "an identifier: no two of its texts are the same",
    ]);
  });
});

describe("columns without use", () => {
  it.each([
    [["", "NA", "?"], "empty", "all its cells are missing"],
    [["x", "x ", "x"], "constant", 'every cell is "x"'],
    [[...repeated([""], 399), "1"], "missing", "99.8 % of its cells are missing, all but 1"],
  ])("are dropped: %#", (cells, reason, why) => {
    const plan = decided(cells);
    expect([columnOf(plan), plan.why]).toEqual([reason, why]);
  });

  it("are none where only one text occurs or is missing", () => {
    const plan = decided(["x", "", "x", ""]);
    expect(columnOf(plan)).toEqual({ kind: "category", name: "a", levels: ["x"] });
    expect(plan.why).toBe('"x" in 2 cells, the other 2 are missing: whether it is there');
  });
});

describe("what the user says", () => {
  it("beats deciding", () => {
    expect(columnOf(decided(repeated(["1", "2"], 10), {}, { kind: "category" }))).toEqual({
      kind: "category",
      name: "a",
      levels: ["1", "2"],
    });
    const number = decided(repeated(["007", "x"], 10), {}, { kind: "number" });
    expect([columnOf(number), number.why]).toEqual([
      numbers,
      'as you say, numbers; 5 are unreadable and count as missing: "x" on line 3, "x" on line 5, "x" on line 7 …',
    ]);
    expect(columnOf(decided(["1/2/2024", "x"], {}, { kind: "date" }))).toMatchObject({ order: "monthFirst" });
  });

  it("must be possible", () => {
    expect(() => decided(["x", "y"], {}, { kind: "number" })).toThrow(
      'as: column "a" cannot be a number: no cell of it is one; its first are "x" on line 2, "y" on line 3.',
    );
    expect(() => decided(["", ""], {}, { kind: "date" })).toThrow(
      'as: column "a" cannot be a date: no cell of it is one; all are missing.',
    );
    expect(() => decided(["", ""], {}, { kind: "category" })).toThrow(
      'as: column "a" cannot be a category: all its cells are missing. Leave it out.',
    );
    expect(() => decideColumn(factsOf(["a", "b", "c"], "a", 2), {}, { kind: "category" })).toThrow(
      'as: column "a" cannot be a category: it has some 3 different texts. Leave it out, or make its texts coarser.',
    );
  });
});
