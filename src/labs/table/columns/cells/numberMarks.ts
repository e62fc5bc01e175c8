import { Writing } from "./writing.js";

export type DecimalMark = "." | ",";

/** What may stand between thousands with either decimal mark. A space stands for all kinds of spaces, an apostrophe for both. */
export const thousandsMarks = { ".": [",", " ", "'"], ",": [".", " ", "'"] } as const;
export type ThousandsMark = (typeof thousandsMarks)[DecimalMark][number];

const always: readonly Writing[] = [Writing.whole, Writing.padded, Writing.long, Writing.infinite];

/** Ways of writing that have a mark between thousands, where the decimal mark is this. */
export function groupWritings(decimal: DecimalMark, thousands: string): readonly Writing[] {
  const isPoint = decimal === ".";
  if (thousands === " ") return [Writing.spaceWhole, isPoint ? Writing.spacePoint : Writing.spaceComma];
  if (thousands === "'") {
    return [Writing.apostropheWhole, isPoint ? Writing.apostrophePoint : Writing.apostropheComma];
  }
  return isPoint ? [Writing.commaThree, Writing.commaGroups] : [Writing.pointThree, Writing.pointGroups];
}

/** All ways of writing in which a number can be read by these marks, infinite ones too. */
export function readableWritings(decimal: DecimalMark, thousands: string | undefined): ReadonlySet<Writing> {
  const plain = decimal === "." ? [Writing.point, Writing.pointThree] : [Writing.comma, Writing.commaThree];
  return new Set([
    ...always,
    ...plain,
    ...(thousands === undefined ? [] : groupWritings(decimal, thousands)),
  ]);
}
