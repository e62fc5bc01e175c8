import { ImagoError } from "../../../../engine/errors.js";
import { counted, grouped } from "../../../../engine/words.js";
import { Writing } from "../cells/writing.js";
import { type ColumnFacts, countOf, examplesWhere, missingOf, presentOf } from "../facts/columnFacts.js";
import { percent, quoted } from "../words.js";
import type { DecideContext } from "./context.js";
import { type DateForm, dateForm, mixedOrders } from "./dateForm.js";
import {
  areAllDistinct,
  category,
  decideCodes,
  decideTexts,
  dropped,
  forcedText,
  sentences,
} from "./decideTexts.js";
import { type NumberForm, numberForm } from "./numberForm.js";
import { arePictures, type PictureReader, pictureColumn } from "./pictures.js";
import { type ColumnKind, type ColumnPlan, mostUnreadable, type UsedColumn } from "./plan.js";
import {
  examplesText,
  infiniteText,
  missingText,
  sentinelWarnings,
  subject,
  takeAs,
  unreadableText,
} from "./sentences.js";

/** What the user says of a column, which beats deciding. */
export interface ForcedColumn {
  readonly kind?: ColumnKind | undefined;
  readonly decimal?: "." | "," | undefined;
  readonly dates?: "dayFirst" | "monthFirst" | undefined;
  /** What finds features in pictures. Default: nothing does, and pictures are not learnt from. */
  readonly pictures?: PictureReader | undefined;
}

/** Largest share of missing cells with which a column is still used. */
const mostMissing = 0.995;

/**
 * What a column is, by all of its cells: numbers where 98 % of the cells that are not missing are some, else dates likewise, else a
 * category, or nothing that is learnt from.
 *
 * @param context what other columns of the file say about marks and dates
 * @throws {ImagoError} if the user says what the column cannot be: no cell is a number or a date, or there are too many texts
 */
export function decideColumn(
  facts: ColumnFacts,
  context: DecideContext = {},
  { kind, decimal, dates, pictures }: ForcedColumn = {},
): ColumnPlan {
  const numbers = (): NumberForm => numberForm(facts, context, decimal);
  if (kind === "category") return forcedCategory(facts);
  if (kind === "text") return forcedSentences(facts);
  if (kind === "picture") return pictureColumn(facts, pictures, true);
  if (kind === "number")
    return forced(facts, "number", asNumbers(facts, numbers(), true), numbers().readable);
  const present = presentOf(facts);
  if (kind === "date") {
    return forced(
      facts,
      "date",
      asDates(facts, context, dates, true),
      dateForm(facts, context, dates).readable,
    );
  }
  return (
    withoutUse(facts) ??
    (arePictures(facts) ? pictureColumn(facts, pictures, false) : undefined) ??
    (isNumbers(facts, numbers()) ? decideNumbers(facts, numbers()) : undefined) ??
    (dateForm(facts, context, dates).readable >= (1 - mostUnreadable) * present
      ? asDates(facts, context, dates, false)
      : withMixedOrders(facts, decideTexts(facts)))
  );
}

/** Whether enough cells are numbers. */
export function isNumbers(facts: ColumnFacts, { readable }: NumberForm): boolean {
  const finite = readable - countOf(facts, Writing.infinite);
  return finite > 0 && readable >= (1 - mostUnreadable) * presentOf(facts);
}

/**
 * Whether digits are codes: over 2 % of them have zeros before or are more than 15, or some have and all cells have one length.
 */
export function areCodes(facts: ColumnFacts): boolean {
  const codes = countOf(facts, Writing.padded, Writing.long);
  const allAlike = facts.minLength === facts.maxLength;
  return codes > mostUnreadable * presentOf(facts) || (codes > 0 && allAlike);
}

/** A column that nothing can be learnt from, whatever it holds; or in which only what is missing tells anything. */
function withoutUse(facts: ColumnFacts): ColumnPlan | undefined {
  const [missing, present] = [missingOf(facts), presentOf(facts)];
  if (present === 0) return dropped(facts, "empty", "all its cells are missing");
  if (missing > mostMissing * facts.rows) {
    const why = `${percent(missing, facts.rows)} of its cells are missing, all but ${grouped(present)}`;
    return dropped(facts, "missing", why);
  }
  if (facts.distinct > 1) return undefined;
  const [text = ""] = facts.values?.keys() ?? [];
  if (missing === 0) return dropped(facts, "constant", `every cell is ${quoted(text)}`);
  const plan = category(facts, false);
  const why = `${quoted(text)} in ${counted(present, "cell")}, the other ${grouped(missing)} are missing: whether it is there`;
  return { ...plan, why };
}

function decideNumbers(facts: ColumnFacts, form: NumberForm): ColumnPlan {
  if (areCodes(facts)) return decideCodes(facts);
  const counts = countsRows(facts);
  if (counts === undefined) return asNumbers(facts, form, false);
  return dropped(
    facts,
    "identifier",
    `an identifier: ${counts}. To learn from it: ${takeAs(facts.name, "number")}`,
  );
}

/** How whole numbers only number the rows, if they do. */
function countsRows(facts: ColumnFacts): string | undefined {
  if (facts.steps) return "it counts the rows in steps of 1";
  const { rows, least, largest } = facts;
  const isRange = facts.counts[Writing.whole] === rows && largest - least === rows - 1;
  return isRange && areAllDistinct(facts)
    ? `it has every number from ${least} to ${largest} once`
    : undefined;
}

function asNumbers(facts: ColumnFacts, form: NumberForm, isForced: boolean): UsedColumn {
  const plan = usedAs(facts, form, isForced, infiniteText(facts));
  return { ...plan, warnings: [...plan.warnings, ...sentinelWarnings(facts)] };
}

function asDates(
  facts: ColumnFacts,
  context: DecideContext,
  dates: "dayFirst" | "monthFirst" | undefined,
  isForced: boolean,
): UsedColumn {
  return usedAs(facts, dateForm(facts, context, dates), isForced);
}

/** @param more what is to be said of the cells besides */
function usedAs(
  facts: ColumnFacts,
  form: NumberForm | DateForm,
  isForced: boolean,
  more: readonly string[] = [],
): UsedColumn {
  const unreadable = presentOf(facts) - form.readable;
  return {
    use: true,
    name: facts.name,
    column: form.column,
    forced: isForced,
    why: [
      forcedText(isForced) + form.what,
      ...missingText(facts),
      ...unreadableText(unreadable, form.unreadable),
      ...more,
    ].join("; "),
    warnings: form.warnings,
  };
}

function withMixedOrders(facts: ColumnFacts, plan: ColumnPlan): ColumnPlan {
  return { ...plan, warnings: [...plan.warnings, ...mixedOrders(facts)] };
}

/** What the user says, if a single cell bears it out. */
function forced(facts: ColumnFacts, kind: ColumnKind, plan: UsedColumn, readable: number): UsedColumn {
  if (readable > 0) return plan;
  const cells = examplesWhere(facts, (writing) => writing > Writing.nan);
  const such = cells.length === 0 ? "all are missing" : `its first are ${examplesText(cells)}`;
  throw new ImagoError(`as: ${subject(facts)} cannot be a ${kind}: no cell of it is one; ${such}.`);
}

function forcedSentences(facts: ColumnFacts): UsedColumn {
  const plan = sentences(facts, true);
  if (plan !== undefined) return plan;
  throw new ImagoError(
    `as: ${subject(facts)} cannot be a text: no word comes in three of its cells with others.`,
  );
}

function forcedCategory(facts: ColumnFacts): UsedColumn {
  if (facts.values !== undefined && facts.values.size > 0) return category(facts, true);
  const why =
    facts.values === undefined
      ? `it has some ${counted(facts.distinct, "different text")}`
      : "all its cells are missing";
  throw new ImagoError(`as: ${subject(facts)} cannot be a category: ${why}.`, {
    help: facts.values === undefined ? "Leave it out, or make its texts coarser." : "Leave it out.",
  });
}
