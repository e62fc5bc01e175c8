import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, oneOf, optional, readOptions, unchecked } from "../../../engine/options.js";
import { counted, firstOf, grouped } from "../../../engine/words.js";
import { Writing } from "../columns/cells/writing.js";
import { contextOf, type DecideContext } from "../columns/decide/context.js";
import { dateForm } from "../columns/decide/dateForm.js";
import { areCodes, isNumbers } from "../columns/decide/decideColumn.js";
import { type NumberForm, numberForm } from "../columns/decide/numberForm.js";
import { mostUnreadable } from "../columns/decide/plan.js";
import { examplesText } from "../columns/decide/sentences.js";
import {
  type ColumnFacts,
  countOf,
  examplesWhere,
  missingOf,
  presentOf,
} from "../columns/facts/columnFacts.js";
import { quoted } from "../columns/words.js";
import type { TableTask } from "../table.js";
import { type ClassCounts, classCounts } from "./classCounts.js";
import { classWarnings, decideClasses, rowsPerClass } from "./decideClasses.js";
import type { TableTarget } from "./tableTarget.js";

export const tableTasks = ["regression", "binary", "classes"] as const satisfies readonly TableTask[];

/** What a target is taken for. */
export interface TargetPlan {
  readonly target: TableTarget;
  /** Why, as a sentence: `regression, because "price" is a number with 348 different values`. */
  readonly why: string;
  /** Whole sentences: what could be otherwise, and what follows from few rows. */
  readonly warnings: readonly string[];
}

export interface TargetOptions {
  /** Default: guessed. */
  readonly task?: TableTask | undefined;
  /** The decimal mark. Default: decided by the column, and where it leaves a doubt by `context`. */
  readonly decimal?: "." | "," | undefined;
  /** What other columns of the file say. Default: nothing. */
  readonly context?: DecideContext | undefined;
}

const fields = {
  task: optional(oneOf(tableTasks)),
  decimal: optional(oneOf([".", ","])),
  context: optional(unchecked<DecideContext>("what contextOf gives")),
} satisfies FieldsOf<TargetOptions>;

/** Rows with a target that there must be. */
export const fewestRows = 10;
/** With fewer rows a standard error says little. */
const fewRows = 30;
/** Whole numbers with more different values than this are amounts. */
const mostGrades = 20;

/**
 * What is to be predicted, guessed from all values of the target: numbers of over 20 different values, or not all whole, are
 * regression; two values are two classes; texts, and whole numbers of 20 values at most, are classes, unless there are fewer than five
 * rows for each number, which then are regression.
 *
 * @throws {ImagoError} if it has fewer than 10 values, only one value, more classes than a fifth of its rows, only one row of one of
 *   two classes, dates, or for regression a cell that is no finite number
 */
export function decideTarget(facts: ColumnFacts, options: TargetOptions = {}): TargetPlan {
  const { task, decimal, context = contextOf([facts]) } = readOptions("decideTarget", options, fields);
  const where = `target ${quoted(facts.name)}`;
  checkRows(where, facts);
  const form = numberForm(facts, context, decimal);
  const hasNumbers = isNumbers(facts, form) && !areCodes(facts);
  const classes = classCounts(facts);
  if (classes?.size === 1) throw constant(where, facts, classes);
  if (task === undefined && !hasNumbers) checkNoDates(where, facts, context);
  const guess = guessed(facts, hasNumbers ? form : undefined, classes);
  const chosen = task ?? guess.task;
  const reason = task === undefined ? `because ${guess.because}` : "as you say";
  const plan =
    chosen === "regression"
      ? regression(where, facts, form, reason)
      : decideClasses(where, facts, classes, {
          task: chosen,
          reason,
          given: task !== undefined,
          numbers: hasNumbers ? form : undefined,
        });
  const rows = presentOf(facts);
  return {
    ...plan,
    why: [plan.why, ...withoutTarget(facts)].join("; "),
    warnings: [
      ...plan.warnings,
      ...(task === undefined && chosen === "classes" && hasNumbers ? [gradesWarning(where, facts)] : []),
      ...(chosen === "regression" ? [] : classWarnings(where, facts, classes)),
      ...(rows < fewRows ? [fewWarning(rows)] : []),
    ],
  };
}

/** The task that the values suggest, and why. */
function guessed(
  facts: ColumnFacts,
  numbers: NumberForm | undefined,
  classes: ClassCounts | undefined,
): { task: TableTask; because: string } {
  const name = quoted(facts.name);
  const distinct = classes?.size ?? facts.distinct;
  const values = `${classes === undefined ? "some " : ""}${counted(distinct, "different value")}`;
  if (classes?.size === 2) return { task: "binary", because: `${name} has two different values` };
  if (numbers === undefined) return { task: "classes", because: `${name} is text with ${values}` };
  // What 1,234 is, only the whole column tells.
  const commas = numbers.column.decimal === "," ? countOf(facts, Writing.commaThree) : 0;
  if (facts.fractions + commas > 0)
    return { task: "regression", because: `${name} has numbers that are not whole` };
  if (distinct > mostGrades) return { task: "regression", because: `${name} is a number with ${values}` };
  if (distinct > presentOf(facts) / rowsPerClass) {
    return {
      task: "regression",
      because: `${name} is a number with ${values}, too many to be classes of so few rows`,
    };
  }
  return { task: "classes", because: `${name} has whole numbers with only ${values}` };
}

function regression(where: string, facts: ColumnFacts, form: NumberForm, reason: string): TargetPlan {
  const bad = [
    { count: countOf(facts, Writing.infinite), what: "infinite", examples: facts.examples[Writing.infinite] },
    { count: countOf(facts, Writing.nan), what: "NaN", examples: facts.examples[Writing.nan] },
    { count: presentOf(facts) - form.readable, what: "no number", examples: form.unreadable },
  ].filter(({ count }) => count > 0);
  if (bad.length > 0) {
    const each = bad.map(({ count, what, examples = [] }) => {
      const more = count > examples.length ? " …" : "";
      return `${counted(count, "cell is", "cells are")} ${what} (${examplesText(examples)}${more})`;
    });
    throw new ImagoError(
      `${where}: for regression every value must be a finite number, but ${each.join(", ")}.`,
      {
        help: 'Mend those cells, or empty them, which leaves their rows out; or learn classes, by task "classes".',
      },
    );
  }
  return {
    target: { task: "regression", column: form.column },
    why: `regression, ${reason}`,
    warnings: form.warnings,
  };
}

function checkRows(where: string, facts: ColumnFacts): void {
  const rows = presentOf(facts);
  if (rows >= fewestRows) return;
  const have = rows === 0 ? "no row has" : `only ${counted(rows, "row has", "rows have")}`;
  throw new ImagoError(
    `${where}: ${have} a value, of ${counted(facts.rows, "row")}; at least ${fewestRows} are needed to learn from some and test on others.`,
  );
}

function constant(where: string, facts: ColumnFacts, classes: ClassCounts): ImagoError {
  const [value = ""] = classes.keys();
  return new ImagoError(`${where}: all ${grouped(presentOf(facts))} values are ${quoted(value)}.`, {
    help: "There is nothing to tell apart: name another column, or add rows with other values.",
  });
}

function checkNoDates(where: string, facts: ColumnFacts, context: DecideContext): void {
  const form = dateForm(facts, context);
  if (form.readable === 0 || form.readable < (1 - mostUnreadable) * presentOf(facts)) return;
  const example = examplesText(examplesWhere(facts, (writing) => writing >= Writing.yearFirst, 1));
  throw new ImagoError(`${where}: its values are dates (${example}), which cannot be predicted.`, {
    help: "Give a column of numbers, such as the days until then.",
  });
}

function withoutTarget(facts: ColumnFacts): string[] {
  const missing = missingOf(facts);
  if (missing === 0) return [];
  const verbs = missing === 1 ? "has no target and is" : "have no target and are";
  return [`${counted(missing, "row")} ${verbs} left out`];
}

function gradesWarning(where: string, facts: ColumnFacts): string {
  const values = [...(classCounts(facts)?.keys() ?? [])];
  return (
    `${where}: its whole numbers (${firstOf(values)}) are taken for classes, which have no order. ` +
    'If they are amounts or grades, learn them as numbers: task: "regression".'
  );
}

function fewWarning(rows: number): string {
  return `there are only ${rows} rows with a target: each is predicted from all others, and standard errors mean little.`;
}
