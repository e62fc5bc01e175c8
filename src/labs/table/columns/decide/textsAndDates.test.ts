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

describe("texts", () => {
  it("that are few are a category, the most frequent first", () => {
    const plan = decided(["red", "blue", "blue", " red ", "blue", "", "green", "green"]);
    expect(columnOf(plan)).toEqual({ kind: "category", name: "a", levels: ["blue", "green", "red"] });
    expect(plan.why).toBe('a category of 3 texts ("blue", "green", "red"); 1 of 8 cells is missing');
  });

  it("that say yes and no are a category of two", () => {
    expect(decided(["ja", "nein", "ja", "nein"]).why).toBe('yes and no ("ja", "nein")');
    expect(decided(["Yes", "no", "Yes", "no"]).why).toBe('yes and no ("Yes", "no")');
    expect(decided(["yes", "maybe", "yes", "maybe"]).why).toBe('a category of 2 texts ("maybe", "yes")');
  });

  it("that differ only in case are named", () => {
    expect(decided(repeated(["Yes", "yes", "no"], 9)).warnings).toEqual([
      'column "a": "Yes" and "yes" count as two categories. If they are one, write them alike.',
    ]);
  });

  it("may be 5 % of the rows, or have five cells each, and no more", () => {
    const of = (count: number, rows: number): string[] =>
      repeated(
        Array.from({ length: count }, (_, i) => `t${i * i}`),
        rows,
      );
    expect(decided(of(50, 1000)).use).toBe(true);
    expect(decided(of(60, 500)).use).toBe(true);
    expect(decided(of(1_000, 6_000)).use).toBe(true);
    const plan = decided(of(300, 1000));
    expect(columnOf(plan)).toBe("text");
    expect(plan.why).toContain(
      '3.3 cells each. To learn from it: as: { "a": "category" } (in a shell --as "a=category")',
    );
    expect(columnOf(decided(of(1_001, 6_000)))).toBe("text");
  });

  it("of many words are learnt from by their length and their frequent words", () => {
    const plan = decided(Array.from({ length: 40 }, (_, i) => `the product came on day ${i} and broke`));
    expect(plan.why).toBe(
      'free text, 36 characters on average: how many words it has, and which of 7 frequent words ("and", "broke", "came", "day", "on" and 2 more)',
    );
    expect(plan).toMatchObject({
      use: true,
      column: { kind: "text", words: expect.arrayContaining(["product"]) },
    });
  });

  it("whose words never come again are left out", () => {
    const plan = decided(
      Array.from({ length: 40 }, (_, i) => `one${i}${i} other${i * 7} third${i * i} fourth${i}`),
    );
    expect([columnOf(plan), plan.why]).toEqual(["text", "free text whose words do not come again"]);
  });

  it("of two-digit years are no dates", () => {
    expect(columnOf(decided(Array.from({ length: 30 }, (_, i) => `${(i % 28) + 1}.1.${10 + i}`)))).toBe(
      "identifier",
    );
  });
});

describe("dates", () => {
  const date = { kind: "date", name: "a", order: "iso", hasTime: false } as const;

  it("are ISO, with times or without", () => {
    expect(columnOf(decided(["2024-01-31", "2024-02-01", ""]))).toEqual(date);
    const plan = decided(["2024-01-31T10:00Z", "2024-02-01 11:30"]);
    expect([columnOf(plan), plan.why]).toEqual([
      { ...date, hasTime: true },
      "days with times, year, month and day",
    ]);
  });

  it("have the order that a value over 12 tells", () => {
    expect(columnOf(decided(["1/2/2024", "3/4/2024", "31/1/2024"]))).toEqual({ ...date, order: "dayFirst" });
    expect(columnOf(decided(["1/2/2024", "3/4/2024", "1/31/2024"]))).toEqual({
      ...date,
      order: "monthFirst",
    });
  });

  it("have the month first where nothing tells, with a warning, unless other columns or points tell", () => {
    const cells = ["1/2/2024", "3/4/2024"];
    const plan = decided(cells);
    expect(columnOf(plan)).toEqual({ ...date, order: "monthFirst" });
    expect(plan.warnings).toEqual([
      'column "a": nothing says whether dates like 1/2/2024 have the day or the month first; the first number is taken for the month. ' +
        'If it is the day, say so: dates: "dayFirst".',
    ]);
    const context = contextOf([factsOf(cells), factsOf(["30/1/2024"])]);
    expect([columnOf(decided(cells, context)), decided(cells, context).warnings]).toEqual([
      { ...date, order: "dayFirst" },
      [],
    ]);
    expect(columnOf(decided(["1.2.2024", "3.4.2024"]))).toEqual({ ...date, order: "dayFirst" });
    expect(columnOf(decided(cells, {}, { dates: "dayFirst" }))).toEqual({ ...date, order: "dayFirst" });
  });

  it("of both orders are none, and it is said", () => {
    const plan = decided(["31/1/2024", "1/31/2024", "30/1/2024", "1/30/2024", "5/5/2024"]);
    expect(plan.use).toBe(false);
    expect(plan.warnings).toEqual([
      'column "a": 2 of its dates can only have the day first ("31/1/2024" on line 2) and 2 only the month ("1/31/2024" on line 3). ' +
        'Write them alike, or take those of the other order for missing: as: { "a": "date" } (in a shell --as "a=date"), and dates: ' +
        '"dayFirst" or "monthFirst" (in a shell --dates).',
    ]);
  });

  it("of different zones are taken as written", () => {
    expect(decided(["2024-01-31T10:00Z", "2024-02-01T11:30+02:00"]).warnings).toEqual([
      'column "a": its times are of different zones (Z, +02:00 …); each is taken as it is written.',
    ]);
  });
});
