import { Writing } from "../cells/writing.js";
import { type ColumnFacts, countOf, presentOf } from "../facts/columnFacts.js";

/** What the other columns of a file say about one that could be read in two ways. */
export interface DecideContext {
  /** What stands between whole and parts in columns of the file that leave no doubt. Default: unknown. */
  readonly decimal?: "." | "," | undefined;
  /** The order of days and months in columns of the file that leave no doubt. Default: unknown. */
  readonly order?: "dayFirst" | "monthFirst" | undefined;
}

/** Cells that have a decimal point, or commas between thousands, for certain. */
export function pointCells(facts: ColumnFacts): number {
  return countOf(facts, Writing.point, Writing.commaGroups, Writing.spacePoint, Writing.apostrophePoint);
}

/** Cells that have a decimal comma, or points between thousands, for certain. */
export function commaCells(facts: ColumnFacts): number {
  return countOf(facts, Writing.comma, Writing.pointGroups, Writing.spaceComma, Writing.apostropheComma);
}

/** All cells that are numbers in some way. */
export function numberCells({ counts }: ColumnFacts): number {
  let sum = 0;
  for (let writing = Writing.whole; writing <= Writing.infinite; writing++) sum += counts[writing] as number;
  return sum;
}

/** What all columns of a file say together, each that leaves no doubt with one voice; undecided where voices are as many. */
export function contextOf(all: readonly ColumnFacts[]): DecideContext {
  let [commas, points, days, months] = [0, 0, 0, 0];
  for (const facts of all) {
    const present = presentOf(facts);
    if (numberCells(facts) > present / 2) {
      const [comma, point] = [commaCells(facts), pointCells(facts)];
      if (comma > point) commas++;
      else if (point > comma) points++;
    }
    const [day, month] = [countOf(facts, Writing.dayFirst), countOf(facts, Writing.monthFirst)];
    if (day + month + countOf(facts, Writing.eitherFirst) <= present / 2) continue;
    if (day > month) days++;
    else if (month > day) months++;
  }
  return {
    decimal: commas > points ? "," : points > commas ? "." : undefined,
    order: days > months ? "dayFirst" : months > days ? "monthFirst" : undefined,
  };
}
