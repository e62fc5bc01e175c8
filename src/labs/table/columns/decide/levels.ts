import { counted, firstOf } from "../../../../engine/words.js";
import { type ColumnFacts, presentOf } from "../facts/columnFacts.js";
import { quoted } from "../words.js";
import { subject } from "./sentences.js";

/** By code units, which is the same everywhere. */
const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** A column's distinct texts, the most frequent first, equally frequent ones in order; none where there are too many. */
export function levelsOf({ values }: ColumnFacts): readonly string[] | undefined {
  if (values === undefined) return undefined;
  return [...values]
    .sort(([a, { count: one }], [b, { count: other }]) => other - one || byText(a, b))
    .map(([text]) => text);
}

/**
 * Whether a column has few distinct texts, each often: at most 20 or 5 % of the rows, two cells each on average; or five cells each, of a thousand
 * texts at most.
 */
export function areFew(facts: ColumnFacts): boolean {
  const { distinct, values, rows } = facts;
  if (values === undefined) return false;
  const present = presentOf(facts);
  if (distinct <= 1_000 && present >= 5 * distinct) return true;
  return distinct <= Math.max(20, 0.05 * rows) && present >= 2 * distinct;
}

/** Words for yes and no in some languages, in lower case, yes first. */
const answers: readonly (readonly [yes: string, no: string])[] = [
  ["yes", "no"],
  ["true", "false"],
  ["y", "n"],
  ["t", "f"],
  ["on", "off"],
  ["ja", "nein"],
  ["j", "n"],
  ["wahr", "falsch"],
  ["oui", "non"],
  ["vrai", "faux"],
  ["sí", "no"],
  ["si", "no"],
  ["sim", "não"],
  ["ja", "nee"],
  ["ja", "nej"],
  ["ja", "nei"],
  ["tak", "nie"],
  ["да", "нет"],
];

/** Which of two texts says yes, where one does and the other says no; letter case does not count. */
export function yesOf(one: string, other: string): string | undefined {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (answers.some(([yes, no]) => a === yes && b === no)) return one;
  return answers.some(([yes, no]) => b === yes && a === no) ? other : undefined;
}

/** What a category is: `yes and no`, `a category of 4 texts ("red", "blue" …)`. */
export function categoryText(levels: readonly string[]): string {
  const [one = "", other = ""] = levels;
  const shown = firstOf(levels.map(quoted));
  if (levels.length === 2 && yesOf(one, other) !== undefined) return `yes and no (${shown})`;
  return `a category of ${counted(levels.length, "text")} (${shown})`;
}

/** Levels that differ only in letter case or in spaces, which are rarely meant to differ. */
export function alikeWarnings(facts: ColumnFacts, levels: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const level of levels) {
    const plain = level.toLowerCase().replaceAll(/\s+/g, " ");
    const before = seen.get(plain);
    if (before !== undefined) {
      return [
        `${subject(facts)}: ${quoted(before)} and ${quoted(level)} count as two categories. If they are one, write them alike.`,
      ];
    }
    seen.set(plain, level);
  }
  return [];
}
