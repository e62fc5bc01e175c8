import type { CategoryColumn, DateColumn, NumberColumn, TableColumn } from "../../table.js";
import { type CellScanner, trimmed } from "../cells/cellScanner.js";
import { dayNumber } from "../cells/dateCell.js";
import { readableWritings } from "../cells/numberMarks.js";
import { Writing } from "../cells/writing.js";

/**
 * The number of a cell, as it stands in a table's matrix: NaN where the cell is missing, `undefined` where it is not and cannot be
 * read: no number, no date, none of the levels.
 */
export type CellReader = (cell: string) => number | undefined;

/**
 * Reads the cells of a column.
 *
 * @param scanner may be shared by columns
 */
export function cellReader(column: TableColumn, scanner: CellScanner): CellReader {
  if (column.kind === "number") return numberReader(column, scanner);
  // Whether there is a text; its words are read by themselves.
  if (column.kind === "text" || column.kind === "picture")
    return (cell) => (scanner.scan(cell) <= Writing.nan ? Number.NaN : 0);
  return column.kind === "date" ? dateReader(column, scanner) : levelReader(column, scanner);
}

/** Numbers beyond it are none that was measured: their squares are none. */
export const largestNumber = 1e150;

function numberReader({ decimal, thousands, unit }: NumberColumn, scanner: CellScanner): CellReader {
  const readable = readableWritings(decimal, thousands);
  return (cell) => {
    const writing = scanner.scan(cell);
    if (writing <= Writing.nan) return Number.NaN;
    if (writing === Writing.infinite || !readable.has(writing)) return undefined;
    // Another unit may be another quantity: 5 % is 0.05.
    if (scanner.unit !== "" && scanner.unit !== unit) return undefined;
    const value = scanner.number(decimal);
    return Math.abs(value) <= largestNumber ? value : undefined;
  };
}

function dateReader({ order, hasTime }: DateColumn, scanner: CellScanner): CellReader {
  return (cell) => {
    const writing = scanner.scan(cell);
    if (writing <= Writing.nan) return Number.NaN;
    if (writing < Writing.yearFirst || writing === Writing.text) return undefined;
    const { year, first, second, yearIsFirst, time } = scanner.date;
    if (order === "iso" && !yearIsFirst) return undefined;
    const monthIsFirst = yearIsFirst || order === "monthFirst";
    const day = monthIsFirst ? dayNumber(year, first, second) : dayNumber(year, second, first);
    return day === undefined || !hasTime ? day : day + time;
  };
}

/** Reads texts as the numbers of their levels. */
export function levelReader({ levels }: Pick<CategoryColumn, "levels">, scanner: CellScanner): CellReader {
  const numbers = new Map(levels.map((level, number) => [level, number]));
  return (cell) => {
    const known = numbers.get(trimmed(cell));
    if (known !== undefined) return known;
    return scanner.scan(cell) <= Writing.nan ? Number.NaN : undefined;
  };
}
