import { ImagoError, nearest } from "../../engine/errors.js";
import {
  byName,
  type FieldsOf,
  having,
  list,
  number,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
  record,
  text,
} from "../../engine/options.js";
import { counted, firstOf } from "../../engine/words.js";
import type { TableSchema } from "./columns/build/schema.js";
import { contextOf, type DecideContext } from "./columns/decide/context.js";
import { dateForm } from "./columns/decide/dateForm.js";
import { decideColumn, isNumbers } from "./columns/decide/decideColumn.js";
import { dropped } from "./columns/decide/decideTexts.js";
import { numberForm } from "./columns/decide/numberForm.js";
import type { PictureReader } from "./columns/decide/pictures.js";
import { type ColumnKind, type ColumnPlan, columnKinds, type DroppedColumn } from "./columns/decide/plan.js";
import { subject } from "./columns/decide/sentences.js";
import { type ColumnFacts, presentOf } from "./columns/facts/columnFacts.js";
import { quoted } from "./columns/words.js";
import type { DateColumn, NumberColumn, TableTask } from "./table.js";
import { decideTarget, type TargetPlan, tableTasks } from "./target/decideTarget.js";

export interface PlanOptions {
  /** The column that is to be predicted. */
  readonly target: string;
  /** What kind of target it is. Default: guessed, and the reason said. */
  readonly task?: TableTask | undefined;
  /** A column of numbers from 0 that say how much each row counts. Default: all alike. */
  readonly weight?: string | undefined;
  /** A column whose equal cells mark rows that belong together, and so come into one fold. Default: none. */
  readonly group?: string | undefined;
  /** A column of numbers or dates that say when each row was. Default: none. */
  readonly time?: string | undefined;
  /** Columns that are left out. Default: none. */
  readonly exclude?: readonly string[] | undefined;
  /** What columns are, by their names, where it is not to be decided. Default: all decided. */
  readonly as?: Readonly<Record<string, ColumnKind>> | undefined;
  /** What stands between whole and parts in the file's numbers. Default: decided by column. */
  readonly decimal?: "." | "," | undefined;
  /** Whether dates such as 1/2/2024 have the day or the month first. Default: decided by column. */
  readonly dates?: "dayFirst" | "monthFirst" | undefined;
  /** What finds features in pictures, whose files' names are cells. Default: nothing, and such columns are left out. */
  readonly pictures?: PictureReader | undefined;
}

const pictureReader = record({
  network: text(),
  features: number({ min: 1, integer: true }),
} satisfies FieldsOf<PictureReader>);

/** How {@link PlanOptions} are read but for pictures; command lines make their flags of these. */
export const planFields = {
  target: text(undefined, { help: "column to predict", unit: "column" }),
  task: optional(oneOf(tableTasks, undefined, { help: "what the target is, guessed where not given" })),
  weight: optional(text(undefined, { help: "column that says how much each row counts", unit: "column" })),
  group: optional(text(undefined, { help: "column of which equal cells belong together", unit: "column" })),
  time: optional(text(undefined, { help: "column that says when each row was", unit: "column" })),
  exclude: optional(list(text(), "an array of names of columns", { help: "columns to leave out" })),
  as: optional(byName(oneOf(columnKinds), "an object of kinds by names of columns")),
  decimal: optional(oneOf([".", ","], undefined, { help: "what stands between whole and parts" })),
  dates: optional(oneOf(["dayFirst", "monthFirst"], undefined, { help: "the order of numbers in dates" })),
} satisfies FieldsOf<Omit<PlanOptions, "pictures">>;

const allFields = { ...planFields, pictures: optional(pictureReader) } satisfies FieldsOf<PlanOptions>;

/** What a table's columns are, and how its cells become numbers. */
export interface TablePlan {
  readonly target: TargetPlan;
  /** Every column that is neither target nor weight, group or time, in the order of the file. */
  readonly columns: readonly ColumnPlan[];
  /** What the second pass reads by; plain JSON. */
  readonly schema: TableSchema;
  /** All warnings, those of the target first. */
  readonly warnings: readonly string[];
}

const factsField = list(having<ColumnFacts>("facts of a column", "name", "distinct"), "an array of facts");

type Read = ReadOf<typeof allFields>;

/**
 * Decides what each column of a table is, from the facts that a pass over all rows found.
 *
 * @throws {ImagoError} if the file lacks a column that is named, one is named for two things, the target will not do, the user says
 *   what a column cannot be, or no column is left to learn from
 */
export function planTable(all: readonly ColumnFacts[], options: PlanOptions): TablePlan {
  factsField.read("planTable", "all", all);
  const read = readOptions("planTable", options, allFields);
  const byNames = new Map(all.map((facts) => [facts.name, facts]));
  checkNames(read, byNames);
  const context = contextOf(all);
  const factsOf = (name: string): ColumnFacts => byNames.get(name) as ColumnFacts;
  const target = decideTarget(factsOf(read.target), { task: read.task, decimal: read.decimal, context });
  const roles = new Set([read.target, read.weight, read.group, read.time]);
  const decided = all.filter(({ name }) => !roles.has(name)).map((facts) => decideOne(facts, read, context));
  const columns = withRowNumbers(decided, all, read, context);
  const used = columns.flatMap((plan) => (plan.use ? [plan.column] : []));
  if (used.length === 0) throw nothingLeft(read.target, columns);
  const schema: TableSchema = {
    columns: used,
    target: target.target,
    ...(read.weight === undefined ? {} : { weight: weightColumn(factsOf(read.weight), read, context) }),
    ...(read.group === undefined ? {} : { group: read.group }),
    ...(read.time === undefined ? {} : { time: timeColumn(factsOf(read.time), read, context) }),
  };
  return {
    target,
    columns,
    schema,
    warnings: [...target.warnings, ...columns.flatMap(({ warnings }) => warnings)],
  };
}

function decideOne(
  facts: ColumnFacts,
  { exclude = [], as, decimal, dates, pictures }: Read,
  context: DecideContext,
): ColumnPlan {
  if (exclude.includes(facts.name)) return dropped(facts, "excluded", "left out, as you say");
  const kind = as !== undefined && Object.hasOwn(as, facts.name) ? as[facts.name] : undefined;
  return decideColumn(facts, context, { kind, decimal, dates, pictures });
}

/** Where nothing else is left, what counts the rows is learnt from after all: it may be the time, or x. */
function withRowNumbers(
  columns: readonly ColumnPlan[],
  all: readonly ColumnFacts[],
  { decimal }: Read,
  context: DecideContext,
): readonly ColumnPlan[] {
  const counts = (plan: ColumnPlan): plan is DroppedColumn =>
    !plan.use && plan.reason === "identifier" && plan.steps;
  if (columns.some(({ use }) => use)) return columns;
  return columns.map((plan) => {
    const facts = all.find(({ name }) => name === plan.name);
    if (!counts(plan) || facts === undefined) return plan;
    const numbers = decideColumn(facts, context, { kind: "number", decimal });
    const why = "numbers that count the rows in steps of 1, learnt from because no other column is left";
    return numbers.use ? { ...numbers, forced: false, why } : plan;
  });
}

/** The names that options have, by option. */
function namesIn({
  target,
  weight,
  group,
  time,
  exclude = [],
  as = {},
}: Read): (readonly [string, string])[] {
  const roles = Object.entries({ target, weight, group, time });
  return [
    ...roles.flatMap(([option, name]) => (name === undefined ? [] : [[option, name] as const])),
    ...exclude.map((name) => ["exclude", name] as const),
    ...Object.keys(as).map((name) => ["as", name] as const),
  ];
}

function checkNames(read: Read, known: ReadonlyMap<string, unknown>): void {
  const taken = new Map<string, string>();
  for (const [option, name] of namesIn(read)) {
    if (!known.has(name)) throw unknownColumn(option, name, [...known.keys()]);
    const before = taken.get(name);
    if (before !== undefined && before !== option) {
      throw new ImagoError(`${option}: column ${quoted(name)} is given as ${before} already.`, {
        help: "A column is one of them.",
      });
    }
    taken.set(name, option);
  }
}

function unknownColumn(option: string, name: string, names: readonly string[]): ImagoError {
  const meant = nearest(name, names);
  const available = `Its columns are: ${firstOf(names.map(quoted), 20)}.`;
  return new ImagoError(`${option}: the file has no column ${quoted(name)}.`, {
    help: meant === undefined ? available : `Did you mean ${quoted(meant)}? ${available}`,
  });
}

function weightColumn(facts: ColumnFacts, { decimal }: Read, context: DecideContext): NumberColumn {
  const form = numberForm(facts, context, decimal);
  if (isNumbers(facts, form)) return form.column;
  throw new ImagoError(
    `weight: ${subject(facts)} has no numbers: ${counted(form.readable, "cell is", "cells are")} one of ${presentOf(facts)}.`,
  );
}

function timeColumn(
  facts: ColumnFacts,
  { decimal, dates }: Read,
  context: DecideContext,
): NumberColumn | DateColumn {
  const form = numberForm(facts, context, decimal);
  if (isNumbers(facts, form)) return form.column;
  const asDates = dateForm(facts, context, dates);
  if (asDates.readable > 0) return asDates.column;
  throw new ImagoError(`time: ${subject(facts)} has neither numbers nor dates.`);
}

function nothingLeft(target: string, columns: readonly ColumnPlan[]): ImagoError {
  if (columns.length === 0) {
    return new ImagoError(
      `the file has no column but the target ${quoted(target)}: there is nothing to predict it from.`,
    );
  }
  const reasons = columns.map(({ name, why }) => `${quoted(name)} (${why})`);
  return new ImagoError(`no column is left to predict ${quoted(target)} from: ${firstOf(reasons)}.`, {
    help: 'Say what a column is: as: { name: "category" }, in a shell --as name=category.',
  });
}
