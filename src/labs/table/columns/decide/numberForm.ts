import { counted, grouped } from "../../../../engine/words.js";
import type { NumberColumn } from "../../table.js";
import { groupWritings, readableWritings, thousandsMarks } from "../cells/numberMarks.js";
import { Writing } from "../cells/writing.js";
import { type CellExample, type ColumnFacts, countOf, examplesWhere } from "../facts/columnFacts.js";
import { commaCells, type DecideContext, pointCells } from "./context.js";
import { subject } from "./sentences.js";

/** A column as numbers, whether or not most of its cells are some. */
export interface NumberForm {
  readonly column: NumberColumn;
  /** Cells that are read as numbers so, infinite ones too. */
  readonly readable: number;
  /** The first cells that are not. */
  readonly unreadable: readonly CellExample[];
  /** What it is: `numbers with a decimal comma, points between thousands and the sign €`. */
  readonly what: string;
  readonly warnings: readonly string[];
}

/**
 * The marks by which most cells of a column are numbers.
 *
 * @param given a decimal mark that the user says. Default: decided by the column, and where it leaves a doubt by the file
 */
export function numberForm(facts: ColumnFacts, context: DecideContext, given?: "." | ","): NumberForm {
  const decided = given === undefined ? decimalOf(facts, context) : { decimal: given, warnings: [] };
  const { decimal } = decided;
  const best = thousandsMarks[decimal]
    .map((mark) => ({ mark, count: countOf(facts, ...groupWritings(decimal, mark)) }))
    .reduce((most, one) => (one.count > most.count ? one : most));
  const thousands = best.count > 0 ? best.mark : undefined;
  const writings = readableWritings(decimal, thousands);
  const [unit, otherUnits] = unitOf(facts);
  const column: NumberColumn = {
    kind: "number",
    name: facts.name,
    decimal,
    ...(thousands === undefined ? {} : { thousands }),
    ...(unit === undefined ? {} : { unit }),
  };
  const readable = countOf(facts, ...writings) - otherUnits;
  return {
    column,
    readable: Math.max(0, readable),
    unreadable: examplesWhere(facts, (writing) => writing > Writing.nan && !writings.has(writing)),
    what: whatItIs(column, commaCells(facts) + countOf(facts, Writing.commaThree) > 0),
    warnings: [...decided.warnings, ...unitWarnings(facts, unit)],
  };
}

/** The decimal mark, and what is to be said where the column leaves a doubt. */
function decimalOf(facts: ColumnFacts, context: DecideContext): { decimal: "." | ","; warnings: string[] } {
  const [commas, points] = [commaCells(facts), pointCells(facts)];
  if (commas !== points) return { decimal: commas > points ? "," : ".", warnings: [] };
  const [threePoint, threeComma] = [countOf(facts, Writing.pointThree), countOf(facts, Writing.commaThree)];
  if (threePoint + threeComma === 0) return { decimal: context.decimal ?? ".", warnings: [] };
  if (threePoint > 0) {
    // Points are decimal points, unless the file has decimal commas elsewhere.
    if (context.decimal === ",")
      return { decimal: ",", warnings: [doubt(facts, "point", "thousands", "decimal commas")] };
    return { decimal: ".", warnings: [] };
  }
  if (context.decimal === ",") return { decimal: ",", warnings: [] };
  if (context.decimal === undefined && facts.wideWholes > 0) {
    return {
      decimal: ",",
      warnings: [doubt(facts, "comma", "decimals", `numbers above 999 without a comma`)],
    };
  }
  const why = context.decimal === "." ? "decimal points" : undefined;
  return { decimal: ".", warnings: [doubt(facts, "comma", "thousands", why)] };
}

function doubt(
  facts: ColumnFacts,
  mark: "point" | "comma",
  role: "thousands" | "decimals",
  why?: string,
): string {
  const example = facts.examples[mark === "point" ? Writing.pointThree : Writing.commaThree]?.[0]?.text ?? "";
  const where = role === "decimals" ? "this column has" : "other columns of the file have";
  const reason = why === undefined ? "" : `, because ${where} ${why}`;
  const taken = role === "thousands" ? `a mark between thousands` : "a decimal mark";
  const other = role === "thousands" ? "a decimal mark" : "a mark between thousands";
  return (
    `${subject(facts)}: the ${mark} of numbers like ${example} is taken for ${taken}${reason}. ` +
    `If it is ${other}, say so: decimal: "${decimalIf(mark, role)}".`
  );
}

/** The decimal mark of a file in which the doubt is to be decided the other way. */
function decimalIf(mark: "point" | "comma", role: "thousands" | "decimals"): string {
  return (mark === "point") === (role === "thousands") ? "." : ",";
}

/** The most frequent unit, and how many cells have others. */
function unitOf({ units }: ColumnFacts): [string | undefined, number] {
  let [best, most, sum]: [string | undefined, number, number] = [undefined, 0, 0];
  for (const [unit, count] of units) {
    sum += count;
    if (count > most) [best, most] = [unit, count];
  }
  return [best, sum - most];
}

function unitWarnings(facts: ColumnFacts, unit: string | undefined): string[] {
  if (unit === undefined) return [];
  const numbers = facts.counts.slice(Writing.whole, Writing.infinite).reduce((sum, count) => sum + count, 0);
  const having = facts.units.get(unit) ?? 0;
  if (facts.units.size > 1) {
    const all = [...facts.units].map(([one, count]) => `${one} in ${grouped(count)}`).join(", ");
    return [
      `${subject(facts)}: its numbers have different signs (${all}); those with another than ${unit} are unreadable.`,
    ];
  }
  if (having === numbers) return [];
  return [
    `${subject(facts)}: ${counted(having, "number has", "numbers have")} the sign ${unit} and ${grouped(numbers - having)} ` +
      "not; it is left out, and all are taken for the same.",
  ];
}

const markNames: Readonly<Record<string, string>> = {
  ",": "commas",
  ".": "points",
  " ": "spaces",
  "'": "apostrophes",
};

function whatItIs({ decimal, thousands, unit }: NumberColumn, hasCommas: boolean): string {
  const parts = [
    ...(decimal === "," && hasCommas ? ["a decimal comma"] : []),
    ...(thousands === undefined ? [] : [`${markNames[thousands]} between thousands`]),
    ...(unit === undefined ? [] : [`the sign ${unit}, which is left out`]),
  ];
  const last = parts.pop();
  if (last === undefined) return "numbers";
  return `numbers with ${parts.length === 0 ? last : `${parts.join(", ")} and ${last}`}`;
}
