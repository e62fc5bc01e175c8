import { widthOfColumn } from "../columnSpans.js";
import type { TableColumn } from "../table.js";

const secondsOfDay = 86_400;
/** Days from 1970 that dates of JavaScript reach. */
const farthestDay = 1e8;

/**
 * A row's cell of a column as it reads, by its columns of the matrix; of texts the words that are learnt from, the most frequent last.
 *
 * @param values of the column's columns of the matrix
 */
function spanText(column: TableColumn, values: ArrayLike<number>): string {
  if (column.kind === "picture") return Number.isNaN(values[0] as number) ? "" : "a picture";
  if (column.kind !== "text") return cellText(column, values[0] as number);
  return column.words
    .filter((_, place) => values[place + 1] === 1)
    .toReversed()
    .join(" ");
}

/**
 * The cells of a row of the matrix as they read.
 *
 * @param row `[columns of the matrix]`
 * @returns one for each column of the table
 */
export function rowTexts(columns: readonly TableColumn[], row: Float64Array): string[] {
  let from = 0;
  return columns.map((column) => {
    const first = from;
    from += widthOfColumn(column);
    return spanText(column, row.subarray(first, from));
  });
}

/**
 * A number of the matrix as its cell reads: numbers with ten digits at most and the column's own sign before parts, without
 * its unit; dates as year-month-day, whatever their order in the file; levels by their texts.
 *
 * @returns nothing, "", for NaN, which is a missing cell
 */
export function cellText(column: TableColumn, value: number): string {
  if (Number.isNaN(value)) return "";
  switch (column.kind) {
    case "text":
    case "picture":
      return String(value);
    case "category":
      return column.levels[value] ?? "";
    case "date":
      return dateText(value, column.hasTime);
    case "number": {
      const text = String(Number(value.toPrecision(10)));
      return column.decimal === "," ? text.replace(".", ",") : text;
    }
  }
}

function dateText(days: number, hasTime: boolean): string {
  if (!(Math.abs(days) <= farthestDay)) return String(days);
  // Times are parts of a day, most of which no number holds exactly.
  const seconds = hasTime ? Math.round(days * secondsOfDay) : Math.floor(days) * secondsOfDay;
  const text = new Date(1000 * seconds).toISOString().replace("T", " ").replace(".000Z", "");
  if (!hasTime) return text.slice(0, text.indexOf(" "));
  return text.endsWith(":00") ? text.slice(0, -3) : text;
}
