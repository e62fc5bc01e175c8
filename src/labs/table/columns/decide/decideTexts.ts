import { counted, firstOf, grouped } from "../../../../engine/words.js";
import { Writing } from "../cells/writing.js";
import { type ColumnFacts, countOf, examplesWhere, longText, presentOf } from "../facts/columnFacts.js";
import { chooseWords } from "../text/chooseWords.js";
import { percent, quoted } from "../words.js";
import { commaCells, pointCells } from "./context.js";
import { alikeWarnings, areFew, categoryText, levelsOf } from "./levels.js";
import type { ColumnPlan, DroppedColumn, DropReason, UsedColumn } from "./plan.js";
import { examplesText, missingText, subject, takeAs } from "./sentences.js";

/** What a column of texts, or of codes made of digits, is. */
export function decideTexts(facts: ColumnFacts): ColumnPlan {
  if (areFew(facts)) return category(facts, false);
  const isProse = facts.totalLength > longText * presentOf(facts) && facts.spaced > presentOf(facts) / 2;
  if (isProse) {
    const plan = sentences(facts, false);
    return plan ?? dropped(facts, "text", "free text whose words do not come again");
  }
  if (areAllDistinct(facts)) {
    const all =
      facts.values === undefined ? "nearly all its texts are different" : "no two of its texts are the same";
    return dropped(facts, "identifier", `an identifier: ${all}`, [
      ...mixedWarnings(facts),
      ...pictureWarnings(facts),
    ]);
  }
  const warnings = [...mixedWarnings(facts), ...pictureWarnings(facts)];
  const mayBe = facts.values !== undefined && warnings.length === 0 && presentOf(facts) >= 2 * facts.distinct;
  const hint = mayBe ? `. To learn from it: ${takeAs(facts.name, "category")}` : "";
  const each = (presentOf(facts) / facts.distinct).toFixed(1);
  return dropped(
    facts,
    "text",
    `texts of which there are too many to be categories: ${several(facts)} in ${counted(presentOf(facts), "cell")}, ${each} cells each${hint}`,
    warnings,
  );
}

/** Digits with zeros before them, or more of them than numbers hold. */
export function decideCodes(facts: ColumnFacts): ColumnPlan {
  const codes = countOf(facts, Writing.padded, Writing.long);
  const example = examplesWhere(facts, (one) => one === Writing.padded || one === Writing.long, 1);
  const isPadded = countOf(facts, Writing.padded) > 0;
  const how = isPadded ? "zeros before their digits" : "more than 15 digits, which numbers do not hold";
  const because = `${counted(codes, "cell has", "cells have")} ${how} (${examplesText(example)})`;
  if (areFew(facts)) {
    const plan = category(facts, false);
    return { ...plan, why: `${plan.why}; no numbers, because ${because}` };
  }
  const why = `codes, and no numbers, because ${because}; ${several(facts)} are too many to be categories`;
  return dropped(facts, "identifier", why);
}

/** A column as a category; it must have its distinct texts. */
export function category(facts: ColumnFacts, forced: boolean): UsedColumn {
  const levels = levelsOf(facts) ?? [];
  return {
    use: true,
    name: facts.name,
    column: { kind: "category", name: facts.name, levels },
    forced,
    why: [forcedText(forced) + categoryText(levels), ...missingText(facts)].join("; "),
    warnings: alikeWarnings(facts, levels),
  };
}

/** A column as sentences; `undefined` where no word comes again. */
export function sentences(facts: ColumnFacts, forced: boolean): UsedColumn | undefined {
  const chosen = chooseWords(facts.tokens, facts.rows);
  if (chosen.words.length === 0) return undefined;
  const mean = grouped(Math.round(facts.totalLength / presentOf(facts)));
  const what = `free text, ${mean} characters on average: how many words it has, and which of ${counted(chosen.words.length, "frequent word")} (${firstOf(chosen.words.map(quoted))})`;
  return {
    use: true,
    name: facts.name,
    column: { kind: "text", name: facts.name, ...chosen },
    forced,
    why: [forcedText(forced) + what, ...missingText(facts)].join("; "),
    warnings: [],
  };
}

export function forcedText(forced: boolean): string {
  return forced ? "as you say, " : "";
}

export function dropped(
  facts: ColumnFacts,
  reason: DropReason,
  why: string,
  warnings: readonly string[] = [],
): DroppedColumn {
  return { use: false, name: facts.name, reason, steps: facts.steps, why, warnings };
}

/** Whether each cell is the only one of its text; where texts are too many to be kept, as far as an estimate can tell. */
export function areAllDistinct(facts: ColumnFacts): boolean {
  const present = presentOf(facts);
  return facts.values === undefined ? facts.distinct > 0.95 * present : facts.distinct === present;
}

function several(facts: ColumnFacts): string {
  return `${facts.values === undefined ? "some " : ""}${counted(facts.distinct, "different text")}`;
}

/** Many cells are names of pictures, but not enough for all to be taken for some. */
function pictureWarnings(facts: ColumnFacts): string[] {
  const present = presentOf(facts);
  if (facts.pictures < present / 2) return [];
  return [
    `${subject(facts)}: ${percent(facts.pictures, present)} of its cells are names of pictures. To take the rest for missing: ` +
      `${takeAs(facts.name, "picture")}.`,
  ];
}

/** Many cells are numbers, but not enough for all to be taken for numbers. */
function mixedWarnings(facts: ColumnFacts): string[] {
  const numbers = facts.counts.slice(Writing.whole, Writing.infinite).reduce((sum, count) => sum + count, 0);
  const present = presentOf(facts);
  if (numbers < present / 2) return [];
  const [commas, points] = [commaCells(facts), pointCells(facts)];
  if (Math.min(commas, points) > 0) {
    const lines = examplesWhere(facts, (writing) => writing === Writing.comma || writing === Writing.point);
    return [
      `${subject(facts)}: ${counted(commas, "number has", "numbers have")} a decimal comma and ${counted(points, "number has", "numbers have")} a ` +
        `decimal point (${examplesText(lines)} …). Write them alike, to learn from it as numbers.`,
    ];
  }
  const others = examplesWhere(facts, (writing) => writing >= Writing.infinite);
  const but = others.length === 0 ? "" : `, but not ${examplesText(others)}`;
  return [
    `${subject(facts)}: ${percent(numbers, present)} of its cells are numbers${but}. To take the rest for missing: ` +
      `${takeAs(facts.name, "number")}.`,
  ];
}
