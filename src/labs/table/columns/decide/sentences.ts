import { counted, grouped } from "../../../../engine/words.js";
import { Writing } from "../cells/writing.js";
import { type CellExample, type ColumnFacts, missingOf } from "../facts/columnFacts.js";
import { percent, quoted } from "../words.js";

/** `12 of 4,000 cells are missing`, or nothing where none is. */
export function missingText(facts: ColumnFacts): string[] {
  const missing = missingOf(facts);
  if (missing === 0) return [];
  const verb = missing === 1 ? "is" : "are";
  return [`${grouped(missing)} of ${counted(facts.rows, "cell")} ${verb} missing`];
}

/** `"n/k" on line 17, "?!" on line 30`. */
export function examplesText(examples: readonly CellExample[]): string {
  return examples.map(({ text, line }) => `${quoted(text)} on line ${line}`).join(", ");
}

/** `3 are unreadable and count as missing: "n/k" on line 17 …`, or nothing where none is. */
export function unreadableText(count: number, examples: readonly CellExample[]): string[] {
  if (count === 0) return [];
  const more = count > examples.length ? " …" : "";
  const verbs = count === 1 ? "is unreadable and counts" : "are unreadable and count";
  return [`${grouped(count)} ${verbs} as missing: ${examplesText(examples)}${more}`];
}

/** `2 are infinite and count as missing`. */
export function infiniteText({ counts, examples }: ColumnFacts): string[] {
  const count = counts[Writing.infinite] as number;
  if (count === 0) return [];
  const verbs = count === 1 ? "is infinite and counts" : "are infinite and count";
  return [`${grouped(count)} ${verbs} as missing: ${examplesText(examples[Writing.infinite] ?? [])}`];
}

/** `column "zip"`, the subject of warnings. */
export function subject({ name }: { readonly name: string }): string {
  return `column ${quoted(name)}`;
}

/** Says how to take a column for another kind, from TypeScript and from a shell. */
export function takeAs(name: string, kind: string): string {
  return `as: { ${JSON.stringify(name)}: "${kind}" } (in a shell --as ${JSON.stringify(`${name}=${kind}`)})`;
}

/**
 * Numbers of nothing but nines that occur twice or more and lie apart from all others, beyond half of their range: a sentence for
 * each.
 */
export function sentinelWarnings(facts: ColumnFacts): string[] {
  const { least, largest, sentinels } = facts;
  if (Number.isNaN(least)) return [];
  return [...sentinels]
    .filter(([value, count]) => count >= 2 && isApart(value, least, largest))
    .map(
      ([value, count]) =>
        `${subject(facts)}: ${counted(count, "row has", "rows have")} exactly ${String(value).replace("-", "−")} (${percent(count, facts.rows)}), ` +
        `while all others lie from ${least} to ${largest}. If it stands for a missing number, empty those cells.`,
    );
}

function isApart(value: number, least: number, largest: number): boolean {
  const gap = Math.max(least - value, value - largest);
  return gap > 0 && (gap > (largest - least) / 2 || (value < 0 && least >= 0));
}
