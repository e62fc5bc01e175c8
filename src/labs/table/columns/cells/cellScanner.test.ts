import { describe, expect, it } from "vitest";
import { Generator } from "../../../../engine/random/generator.js";
import { CellScanner } from "./cellScanner.js";
import { dayNumber } from "./dateCell.js";
import { Writing } from "./writing.js";

const nameOf = (writing: number): string | undefined =>
  Object.entries(Writing).find(([, number]) => number === writing)?.[0];

const scanner = new CellScanner();
const writingOf = (cell: string): string | undefined => nameOf(scanner.scan(cell));

describe("how a cell is written", () => {
  it.each([
    ["missing", ["", "  ", "NA", " N/A ", "null", "NULL", "None", "-", "?", ".", "n.a.", "<NA>", "\u00a0"]],
    ["nan", ["NaN", "nan", "-nan"]],
    ["whole", ["0", "7", "-12", "+5", " 123456789012345 ", "\u22125", "5 %", "$1200", "-$5", "€ 7", "7 EUR"]],
    ["padded", ["007", "00", "-01", "0000000000000000"]],
    ["long", ["1234567890123456"]],
    ["point", ["1.5", ".5", "5.", "0.234", "1234.567", "1e5", "-2.5E-3", "0.30000000000000004", "1.5%"]],
    ["pointThree", ["1.234", "-999.000", "12.345 €"]],
    ["comma", ["1,5", "0,234", "1234,567", ",5", "1,5e3", "CHF 3,20"]],
    ["commaThree", ["1,234", "-12,345"]],
    ["commaGroups", ["1,234,567", "1,234.5", "12,34,567", "$1,234.00", "1,234."]],
    ["pointGroups", ["1.234.567", "1.234,5"]],
    ["spaceWhole", ["1 234", "12 345 678", "1\u202f234", "1\u00a0234"]],
    ["spacePoint", ["1 234.5"]],
    ["spaceComma", ["1 234 567,89 €"]],
    ["apostropheWhole", ["1'234", "1’234’567"]],
    ["apostrophePoint", ["1'234.50"]],
    ["apostropheComma", ["1'234,50"]],
    ["infinite", ["inf", "-Infinity", "INF", "∞", "1e400"]],
    [
      "yearFirst",
      ["2024-01-31", "2024/1/5", "2024.12.01", "2024-01-31T12:30:05.5Z", "2024-01-31 07:00 +0200"],
    ],
    ["dayFirst", ["31.1.2024", "13/12/2024", "25-03-1999 23:59"]],
    ["monthFirst", ["1/31/2024", "12/13/2024 1:05 PM"]],
    ["eitherFirst", ["1/2/2024", "05.06.2024", "3-4-2024, 10:00"]],
    [
      "text",
      [
        ...["red", "n/k", "1,2,3", "1.2.3", "12a", "1 2", "1 234 56", "0x10", "e5", "1e", "--5", "5-"],
        ...[
          "1/2/24",
          "31.12.99",
          "2024-13-01",
          "2024-00-10",
          "32/13/2024",
          "2024-01-31 25:00",
          "2024-01-31x",
        ],
        ...["12:30", "1.5.", "1'23", "Infinite", "%", "€", "A1", "12,345,67", "1.234.56", "EUR", "(5)"],
      ],
    ],
  ])("%s", (expected, cells) => {
    for (const cell of cells) expect(writingOf(cell), cell).toBe(expected);
  });

  it("parts units from numbers", () => {
    for (const [cell, unit, value] of [
      ["-€ 5", "€", -5],
      ["€-5", "€", -5],
      ["\u22125,5 %", "%", -5.5],
      ["USD 1,5", "USD", 1.5],
      ["7", "", 7],
    ] as const) {
      scanner.scan(cell);
      expect([scanner.unit, scanner.number(",")], cell).toEqual([unit, value]);
    }
  });

  it("reads a number as the host does, to the last bit", () => {
    const random = new Generator(1);
    for (let i = 0; i < 2000; i++) {
      const parts = random.integer(20);
      const value = (random.uniform() - 0.5) * 10 ** (random.integer(12) - 4) + random.uniform() * 1e-9;
      const text = i % 2 === 0 ? value.toFixed(parts) : String(value);
      scanner.scan(text);
      expect(scanner.number("."), text).toBe(Number(text));
      scanner.scan(text.replace(".", ","));
      // A comma and three digits may be a thousand, so it is read by the mark.
      expect(scanner.number(","), text).toBe(Number(text));
    }
  });

  it("tells 1.234 and 1,234 by the decimal mark", () => {
    scanner.scan("1.234");
    expect([scanner.number("."), scanner.number(",")]).toEqual([1.234, 1234]);
    scanner.scan("-1,234");
    expect([scanner.number("."), scanner.number(",")]).toEqual([-1234, -1.234]);
    scanner.scan("1 234 567,25");
    expect(scanner.number(",")).toBe(1_234_567.25);
    scanner.scan("1'234'567'890'123'456'789");
    expect(scanner.number(".")).toBe(Number("1234567890123456789"));
  });
});

describe("days", () => {
  it("are counted from 1970 as the host's calendar does", () => {
    const random = new Generator(2);
    for (let i = 0; i < 2000; i++) {
      const date = new Date(Date.UTC(100 + random.integer(4000), random.integer(12), 1 + random.integer(31)));
      const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
      expect(dayNumber(year, month, day)).toBe(date.getTime() / 86_400_000);
    }
    expect(dayNumber(1970, 1, 1)).toBe(0);
    expect(dayNumber(1969, 12, 31)).toBe(-1);
  });

  it("that there are not have no number", () => {
    expect(dayNumber(2023, 2, 29)).toBeUndefined();
    expect(dayNumber(1900, 2, 29)).toBeUndefined();
    expect(dayNumber(2000, 2, 29)).toBe(11_016);
    expect(dayNumber(2024, 4, 31)).toBeUndefined();
    expect(dayNumber(2024, 13, 1)).toBeUndefined();
  });

  it.each([
    ["2024-01-31 12:00", 0.5, ""],
    ["2024-01-31T06:00:00Z", 0.25, "Z"],
    ["1/2/2024 12:00 AM", 0, ""],
    ["1/2/2024 6:00:36pm", 0.750416666, ""],
    ["2024-01-31 18:00+02:00", 0.75, "+02:00"],
    ["2024-01-31 00:00:00,5 UTC", 0.5 / 86_400, "UTC"],
  ])("have the time as it is written: %s", (cell, time, zone) => {
    scanner.scan(cell);
    expect(scanner.date.time).toBeCloseTo(time, 8);
    expect(scanner.date.zone).toBe(zone);
  });
});
