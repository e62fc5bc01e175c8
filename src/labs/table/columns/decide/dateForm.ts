import { grouped } from "../../../../engine/words.js";
import type { DateColumn } from "../../table.js";
import { Writing } from "../cells/writing.js";
import { type CellExample, type ColumnFacts, countOf, examplesWhere } from "../facts/columnFacts.js";
import type { DecideContext } from "./context.js";
import { examplesText, subject, takeAs } from "./sentences.js";

/** A column as dates, whether or not most of its cells are some. */
export interface DateForm {
  readonly column: DateColumn;
  readonly readable: number;
  readonly unreadable: readonly CellExample[];
  /** What it is: `days, the day before the month`. */
  readonly what: string;
  readonly warnings: readonly string[];
}

/**
 * The order of numbers by which most cells of a column are dates. A value over 12 decides it, else other columns of the file do,
 * else points (where dates are written with points the day is first); what is left is taken for American, with a warning.
 *
 * @param given an order that the user says
 */
export function dateForm(
  facts: ColumnFacts,
  context: DecideContext,
  given?: "dayFirst" | "monthFirst",
): DateForm {
  const { order, warnings } = given === undefined ? orderOf(facts, context) : { order: given, warnings: [] };
  const column: DateColumn = {
    kind: "date",
    name: facts.name,
    order: countOf(facts, Writing.dayFirst, Writing.monthFirst, Writing.eitherFirst) === 0 ? "iso" : order,
    hasTime: facts.timed > 0,
  };
  const readable: readonly Writing[] = [Writing.yearFirst, Writing.eitherFirst, Writing[order]];
  return {
    column,
    readable: countOf(facts, ...readable),
    unreadable: examplesWhere(facts, (writing) => writing > Writing.nan && !readable.includes(writing)),
    what: whatItIs(column),
    warnings: [...warnings, ...zoneWarnings(facts)],
  };
}

function orderOf(
  facts: ColumnFacts,
  context: DecideContext,
): { order: "dayFirst" | "monthFirst"; warnings: string[] } {
  const [days, months] = [countOf(facts, Writing.dayFirst), countOf(facts, Writing.monthFirst)];
  if (days !== months) return { order: days > months ? "dayFirst" : "monthFirst", warnings: [] };
  if (countOf(facts, Writing.eitherFirst) === 0) return { order: "monthFirst", warnings: [] };
  if (context.order !== undefined) return { order: context.order, warnings: [] };
  const order = facts.dotted > 0 ? "dayFirst" : "monthFirst";
  const [first, second] = order === "dayFirst" ? ["day", "month"] : ["month", "day"];
  const example = facts.examples[Writing.eitherFirst]?.[0]?.text ?? "";
  const other = order === "dayFirst" ? "monthFirst" : "dayFirst";
  return {
    order,
    warnings: [
      `${subject(facts)}: nothing says whether dates like ${example} have the day or the month first; the first number is ` +
        `taken for the ${first}. If it is the ${second}, say so: dates: "${other}".`,
    ],
  };
}

function zoneWarnings(facts: ColumnFacts): string[] {
  if (facts.zones.size < 2) return [];
  return [
    `${subject(facts)}: its times are of different zones (${[...facts.zones].join(", ")} …); each is taken as it is written.`,
  ];
}

const orderNames = {
  iso: "year, month and day",
  dayFirst: "the day before the month",
  monthFirst: "the month before the day",
} as const;

function whatItIs({ order, hasTime }: DateColumn): string {
  return `${hasTime ? "days with times" : "days"}, ${orderNames[order]}`;
}

/** Why a column with too few readable dates for one order is none: both orders occur. */
export function mixedOrders(facts: ColumnFacts): string[] {
  const [days, months] = [countOf(facts, Writing.dayFirst), countOf(facts, Writing.monthFirst)];
  if (Math.min(days, months) === 0) return [];
  const only = (writing: Writing): string => examplesText(examplesWhere(facts, (one) => one === writing, 1));
  return [
    `${subject(facts)}: ${grouped(days)} of its dates can only have the day first (${only(Writing.dayFirst)}) and ${grouped(months)} only the month ` +
      `(${only(Writing.monthFirst)}). Write them alike, or take those of the other order for missing: ${takeAs(facts.name, "date")}, and ` +
      `dates: "dayFirst" or "monthFirst" (in a shell --dates).`,
  ];
}
