import { ImagoError } from "../../../engine/errors.js";
import { counted, firstOf, grouped } from "../../../engine/words.js";
import { Writing } from "../columns/cells/writing.js";
import { alikeWarnings } from "../columns/decide/levels.js";
import type { NumberForm } from "../columns/decide/numberForm.js";
import { examplesText } from "../columns/decide/sentences.js";
import { type ColumnFacts, countOf, presentOf } from "../columns/facts/columnFacts.js";
import { quoted } from "../columns/words.js";
import type { ClassCounts } from "./classCounts.js";
import type { TargetPlan } from "./decideTarget.js";

interface Chosen {
  readonly task: "binary" | "classes";
  /** `because …`, or `as you say`. */
  readonly reason: string;
  /** Whether the user chose. */
  readonly given: boolean;
  /** The column as numbers, if it is one of numbers. */
  readonly numbers: NumberForm | undefined;
}

/** There is one class for this many rows at most. */
export const rowsPerClass = 5;

/**
 * A target of classes.
 *
 * @throws {ImagoError} if there are too many, not two for two, a single row of one of two, or few that are no numbers among numbers
 */
export function decideClasses(
  where: string,
  facts: ColumnFacts,
  classes: ClassCounts | undefined,
  chosen: Chosen,
): TargetPlan {
  const rows = presentOf(facts);
  const count = classes?.size ?? facts.distinct;
  if (chosen.task === "binary" && count !== 2) throw notTwo(where, count, classes);
  if (classes === undefined || count > rows / rowsPerClass) throw tooMany(where, facts, count, chosen);
  if (chosen.numbers !== undefined && !chosen.given) checkNumbers(where, facts, chosen.numbers);
  const names = [...classes.keys()];
  const [negative = "", positive = ""] = names;
  if (count > 2) {
    const target = { task: "classes", name: facts.name, classes: names } as const;
    return {
      target,
      why: `${counted(count, "class", "classes")} (${firstOf(names.map(quoted))}), ${chosen.reason}`,
      warnings: [],
    };
  }
  checkPairs(where, classes);
  const target = { task: "binary", name: facts.name, classes: names } as const;
  const why = `two classes, ${chosen.reason}; ${quoted(positive)} is the positive one, ${quoted(negative)} the negative`;
  return { target, why, warnings: [] };
}

/** Classes of a single row, and classes that differ only in how they are written. */
export function classWarnings(where: string, facts: ColumnFacts, classes: ClassCounts | undefined): string[] {
  if (classes === undefined) return [];
  const single = [...classes].filter(([, { count }]) => count === 1);
  const alike = alikeWarnings(facts, [...classes.keys()]);
  if (single.length === 0) return alike;
  const which = firstOf(single.map(([name, { line }]) => `${quoted(name)} on line ${line}`));
  const what = counted(single.length, "class has", "classes have");
  return [
    ...alike,
    `${where}: ${what} a single row (${which}): when it is tested on, nothing has been learnt of it. ` +
      "Add rows, join classes, or empty those cells.",
  ];
}

function checkPairs(where: string, classes: ClassCounts): void {
  for (const [name, { count, line }] of classes) {
    if (count >= 2) continue;
    throw new ImagoError(`${where}: class ${quoted(name)} has a single row, on line ${line}.`, {
      help: "Of each of two classes at least two rows are needed, one to learn from and one to test on.",
    });
  }
}

function notTwo(where: string, count: number, classes: ClassCounts | undefined): ImagoError {
  const values = classes === undefined ? "" : `: ${firstOf([...classes.keys()].map(quoted))}`;
  return new ImagoError(
    `${where}: task "binary" is for two different values, and there are ${counted(count, "value")}${values}.`,
    { help: 'Use task: "classes", or join values.' },
  );
}

function tooMany(where: string, facts: ColumnFacts, count: number, { given, numbers }: Chosen): ImagoError {
  const hasNumbers = numbers !== undefined;
  const some = facts.values === undefined ? "some " : "";
  const rows = counted(presentOf(facts), "row");
  const instead = hasNumbers
    ? 'Learn its numbers as numbers: task: "regression".'
    : "Join classes, or name another column.";
  return new ImagoError(
    `${where}: ${some}${counted(count, "class", "classes")} are too many for ${rows}: at most one for ${rowsPerClass} rows can be learnt.`,
    { help: given || !hasNumbers ? instead : `${instead} Or join classes.` },
  );
}

/** A cell among numbers that is none would be a class by itself. */
function checkNumbers(where: string, facts: ColumnFacts, { readable, unreadable }: NumberForm): void {
  const infinite = countOf(facts, Writing.infinite);
  const count = presentOf(facts) - readable + infinite;
  if (count === 0) return;
  const examples = [...unreadable, ...(facts.examples[Writing.infinite] ?? [])].slice(0, 3);
  const more = count > examples.length ? " …" : "";
  throw new ImagoError(
    `${where}: all values are numbers but ${grouped(count)}, which ${count === 1 ? "is" : "are"} none or infinite: ` +
      `${examplesText(examples)}${more}.`,
    { help: 'Mend or empty those cells; or learn each value as a class: task: "classes".' },
  );
}
