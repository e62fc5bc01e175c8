import { ImagoError } from "../../engine/errors.js";
import {
  abortSignal,
  byName,
  callable,
  type FieldsOf,
  flag,
  having,
  list,
  number,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
  seed,
  text,
} from "../../engine/options.js";
import { Generator } from "../../engine/random/generator.js";
import type { Matrix } from "../../methods/learners/matrix.js";
import { packNumbers } from "../../methods/learners/savedNumbers.js";
import type { ReadTable } from "./columns/build/tableBuilder.js";
import type { ColumnPlan } from "./columns/decide/plan.js";
import { type DistilledTable, distillTable } from "./distill/distillTable.js";
import { equalRows, foldIds } from "./leakage/equalRows.js";
import { leakageWarnings } from "./leakage/leakageWarnings.js";
import { TableModel } from "./model/tableModel.js";
import type { TablePlan } from "./planTable.js";
import type { TableReport } from "./report/tableReport.js";
import { reportOf } from "./reportOf.js";
import { residualWithin } from "./residualWithin.js";
import { rowsInOrder } from "./rowsInOrder.js";
import { sampledRows } from "./sampledRows.js";
import { targetName } from "./target/tableTarget.js";
import { type TableTrainingOptions, tableMetrics } from "./training/options.js";
import { type TrainedTable, trainTable } from "./training/trainTable.js";

export interface LearnTableOptions
  extends Pick<
    TableTrainingOptions,
    "metric" | "seed" | "workers" | "learners" | "onFit" | "signal" | "time"
  > {
  /** What the data are called, such as the file's name. */
  readonly name: string;
  readonly plan: TablePlan;
  /** As the plan's schema reads it. */
  readonly read: ReadTable;
  /** What was found before, for the report: whole sentences. Default: nothing. */
  readonly notices?: readonly string[] | undefined;
  /** Opens where finished fits are kept, for what they are of. Default: they are not kept. */
  readonly openStore?:
    | ((training: TableTrainingOptions) => Promise<TableTrainingOptions["store"]>)
    | undefined;
  /** Told of warnings before the long work begins. */
  readonly onWarnings?: ((warnings: readonly string[]) => void) | undefined;
  /** When the time began, by `performance.now()`: before the table was read, say. Default: now. */
  readonly began?: number | undefined;
  /** Whether a small network is taught what the whole says, which takes a quarter of the time. Default: false. */
  readonly distill?: boolean | undefined;
  /** Rows that are learnt from and judged by at most; of more so many are drawn, of rows in time the last. Default: 200,000. */
  readonly mostRows?: number | undefined;
  /** Bytes that training may take, by which rows are drawn too. Default: as many as it needs. */
  readonly memory?: number | undefined;
  /** When it is, as the report shows it. */
  readonly date: string;
  /** Of programs, for the report. */
  readonly versions: Readonly<Record<string, string>>;
}

const fields = {
  name: text(),
  plan: having<TablePlan>("what planTable gives", "target", "columns", "schema"),
  read: having<ReadTable>("what readTable gives", "table", "columns", "withoutTarget"),
  notices: optional(list(text(), "an array of sentences")),
  metric: optional(oneOf(tableMetrics)),
  seed: seed(),
  workers: optional(number({ min: 0, integer: true })),
  learners: optional(list(text(), "an array of names of learners")),
  time: number({ above: 0 }),
  began: optional(number({ min: 0 })),
  openStore: optional(callable<NonNullable<LearnTableOptions["openStore"]>>()),
  onWarnings: optional(callable<NonNullable<LearnTableOptions["onWarnings"]>>()),
  onFit: optional(callable<NonNullable<LearnTableOptions["onFit"]>>()),
  signal: abortSignal,
  distill: flag(false),
  mostRows: number({ default: 200_000, min: 10, integer: true }),
  memory: optional(number({ above: 0 })),
  date: text(),
  versions: byName(text(), "versions by the names of programs"),
} satisfies FieldsOf<LearnTableOptions>;

/** What was learnt from a table, and everything that is told of it. */
export interface LearntTable {
  readonly model: TableModel;
  readonly report: TableReport;
  readonly trained: TrainedTable;
  /** Where it was asked for. */
  readonly distilled?: DistilledTable | undefined;
}

/**
 * Learns a table: warnings of leakage, the super learner with its honest risk, and the report, within the time that there is.
 *
 * @throws ImagoError on unknown options, where there are too few rows or groups, on names of learners that there are not, and where every
 *   learner failed; the signal's reason when it aborts
 */
export async function learnTable(given: LearnTableOptions): Promise<LearntTable> {
  const options = readOptions("learnTable", given, fields);
  const end = (options.began ?? performance.now()) + options.time;
  const task = taskOf(options, end);
  options.onWarnings?.(task.warnings);
  const trained = await trainTable({ ...task.training, store: await options.openStore?.(task.training) });
  const model = modelOf(task, trained);
  const { read, y, classes, warnings } = task;
  const random = new Generator(options.seed);
  const distilled = options.distill
    ? await distillTable({
        ...{ ...task.training, table: read.table, trained, model, random: random.split("distill") },
        deadline: performance.now() + (end - performance.now()) * partForDistilling,
      })
    : undefined;
  const report = await reportOf({
    ...options,
    ...{ read, y, classes, warnings, trained, model, distilled, deadline: end },
    random: random.split("table report"),
  });
  return { model, report, trained, distilled };
}

type Options = ReadOf<typeof fields>;

/** What is to be learnt, and what is to be said before. */
interface Task {
  readonly plan: TablePlan;
  /** The rows that are learnt from, in their order. */
  readonly read: ReadTable;
  readonly y: Float64Array;
  readonly classes: readonly string[] | undefined;
  readonly warnings: readonly string[];
  readonly training: TableTrainingOptions;
}

/** @param end by `performance.now()` */
function taskOf(options: Options, end: number): Task {
  const { plan, metric, seed: drawn, workers, learners, onFit, signal, distill } = options;
  const { read, notices } = sampledRows(rowsInOrder(options.read), {
    ...{ mostRows: options.mostRows, memory: options.memory, workers: workers ?? usualWorkers },
    random: new Generator(drawn).split("sample"),
  });
  const { target } = plan.target;
  const y = read.y as Float64Array;
  checkRoles(plan, read);
  const equal = equalRows(read.table.x);
  const classes = target.task === "regression" ? undefined : target.classes;
  const leaks = leakageWarnings(
    read.table,
    { name: targetName(target), task: target.task, y, classes },
    { equal, seed: drawn, rowNumbers: rowNumbersOf(plan.columns) },
  );
  const left = end - performance.now();
  return {
    ...{ plan, read, y, classes },
    warnings: [
      ...notices,
      ...leaks.map(({ message }) => message),
      ...plan.warnings,
      ...(options.notices ?? []),
    ],
    training: {
      ...{ table: read.table, y, task: target.task, classes: classes?.length, weights: read.weights },
      // Rows in time are divided by their order alone.
      ...(read.times === undefined
        ? { groups: foldIds(read.table.x, equal, y, read.groups) }
        : { byTime: true }),
      ...{ metric, seed: drawn, workers, learners, onFit, signal },
      time: Math.max(1, distill ? left * (1 - forDistilling) : left),
    },
  };
}

/** @throws ImagoError where no row counts, and where rows in time are to stay in groups */
function checkRoles({ schema }: TablePlan, { weights, times, groups }: ReadTable): void {
  if (times !== undefined && groups !== undefined) {
    throw new ImagoError(
      `group: rows in time (${schema.time?.name}) are divided by their order, so that groups cannot stay together.`,
      { help: "Leave out group or time." },
    );
  }
  if (weights === undefined || weights.some((weight) => weight > 0)) return;
  throw new ImagoError(`weight: every cell of column "${schema.weight?.name}" is 0: no row counts.`);
}

function modelOf({ plan, read, y, classes, training }: Task, trained: TrainedTable): TableModel {
  const { target } = plan.target;
  return new TableModel({
    ...{ version: 1, task: target.task, target: targetName(target), classes, schema: plan.schema },
    ...{ method: trained.method, members: trained.members },
    background: backgroundOf(read.table.x, training.seed ?? 0),
    within: target.task === "regression" ? residualWithin(y, trained) : undefined,
  });
}

/** Processes that memory is counted for where nobody says how many fit. */
const usualWorkers = 2;

/** Parts of the time: for a small network, and what the training leaves for the report. */
const forDistilling = 0.25;
const forReport = 0.1;
/** Of what is left after the training. */
const partForDistilling = forDistilling / (forDistilling + forReport);

/** Rows that others are compared with to explain them. */
const backgroundRows = 100;

function backgroundOf(x: Matrix, from: number): string {
  const rows = new Generator(from).split("background").permutation(x.rows).subarray(0, backgroundRows);
  return packNumbers(x.select({ rows }).data);
}

const rowNumbersOf = (columns: readonly ColumnPlan[]): string[] =>
  columns.flatMap((plan) => (!plan.use && plan.steps ? [plan.name] : []));
