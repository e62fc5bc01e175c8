import type { Generator } from "../../engine/random/generator.js";
import type { Risk } from "../../methods/ensemble/risk.js";
import type { HonestRisk } from "../../methods/ensemble/superLearner/honestLosses.js";
import { poolWidth } from "../../methods/ensemble/superLearner/oneColumn.js";
import type { ReadTable } from "./columns/build/tableBuilder.js";
import type { DistilledTable } from "./distill/distillTable.js";
import { calibration } from "./insight/calibration.js";
import { partialDependence } from "./insight/partialDependence.js";
import { type PermutationImportance, permutationImportance } from "./insight/permutationImportance.js";
import { residuals } from "./insight/residuals.js";
import { classScores, numberScores } from "./insight/scores.js";
import { worstMistakes } from "./insight/worstMistakes.js";
import type { LearnTableOptions } from "./learnTable.js";
import { bothShares, poolPredictor } from "./model/poolPredictor.js";
import type { TableModel } from "./model/tableModel.js";
import type { ReportLearner, ReportRisks, TableReport } from "./report/tableReport.js";
import { targetName } from "./target/tableTarget.js";
import type { LearnerOutcome, TrainedTable } from "./training/trainTable.js";

export interface ReportOfOptions extends Omit<LearnTableOptions, "distill" | "mostRows"> {
  readonly y: Float64Array;
  /** Names of the classes. Default: none, y holds numbers. */
  readonly classes: readonly string[] | undefined;
  readonly warnings: readonly string[];
  readonly trained: TrainedTable;
  readonly model: TableModel;
  readonly distilled: DistilledTable | undefined;
  readonly random: Generator;
  /** By `performance.now()`. */
  readonly deadline: number;
}

/** Columns whose partial dependence is shown. */
const mostShown = 6;
/** Milliseconds before the end at which the report has to be done, to be written. */
const toWrite = 500;
/** Part of the time left that importance may take. */
const forImportance = 0.6;

/** Everything that is told of what was learnt, as far as there is time for it. */
export async function reportOf(options: ReportOfOptions): Promise<TableReport> {
  const { name, date, versions, plan, read, y, classes, warnings, trained } = options;
  const { target, why } = plan.target;
  const judged = judgedOf(options);
  const importance = judged === undefined ? undefined : await importanceOf(options);
  const dependence = importance === undefined ? undefined : await dependenceOf(options, importance);
  return {
    ...{ name, date, versions, task: target.task, reason: why, target: targetName(target) },
    levels: classes?.map((level, at) => ({ name: level, rows: y.filter((one) => one === at).length })),
    rows: y.length,
    droppedRows: droppedRowsOf(read, targetName(target)),
    columns: plan.columns.flatMap((own) => {
      if (!own.use) return [];
      const at = read.table.columns.findIndex((column) => column.name === own.name);
      const missing = (read.columns[at]?.missing ?? 0) + (read.columns[at]?.unreadable ?? 0);
      return [{ name: own.name, kind: own.column.kind, why: own.why, missing }];
    }),
    droppedColumns: plan.columns.flatMap((own) => (own.use ? [] : [{ name: own.name, why: own.why }])),
    warnings: [...warnings, ...trained.notices],
    settings: settingsOf(options),
    learners: trained.learners.map((learner) => learnerOf(learner, trained)),
    honest: honestOf(trained),
    distilled: distilledOf(options.distilled),
    ...(judged ?? {}),
    importance,
    dependence,
    absent: absentOf(judged === undefined, importance),
  };
}

function settingsOf({
  seed = 0,
  time,
  trained,
  deadline,
  metric,
  read,
}: ReportOfOptions): TableReport["settings"] {
  const more = {
    ...(metric === undefined ? {} : { metric }),
    ...(read.times === undefined ? {} : { folds: "each predicted from earlier rows alone" }),
    ...(read.groups === undefined ? {} : { groups: "kept in one fold" }),
  };
  const seconds = (time - (deadline - performance.now())) / 1000;
  const { folds, divisions } = trained;
  return { seed, folds, divisions, minutes: time / 60_000, seconds, more };
}

function droppedRowsOf({ withoutTarget }: ReadTable, target: string): TableReport["droppedRows"] {
  return withoutTarget.count === 0 ? [] : [{ rows: withoutTarget.count, why: `without ${target}` }];
}

/** Rows that have honest predictions, with what these are worth. */
function judgedOf(options: ReportOfOptions) {
  const { trained, y: all, classes, read, random } = options;
  const { judged } = trained;
  if (judged.length === 0) return undefined;
  const pick = (values: Float64Array): Float64Array =>
    Float64Array.from(judged, (row) => values[row] as number);
  const [y, weights] = [pick(all), read.weights && pick(read.weights)];
  const predictions = honestPredictions(trained.predictions, judged, classes?.length);
  const baseline = honestPredictions(trained.baseline, judged, classes?.length);
  const own = read.groups;
  const groups = own && Int32Array.from(judged, (row) => own[row] as number);
  const x = read.table.x.select({ rows: judged });
  const lines = Int32Array.from(judged, (row) => read.table.lines[row] as number);
  const mistakes = worstMistakes({ columns: read.table.columns, x, y, predictions, lines, levels: classes });
  if (classes === undefined) {
    return {
      scores: numberScores({ predictions, baseline, y, weights, groups }),
      residuals: residuals({ predictions, y, weights, random: random.split("residuals") }),
      mistakes,
    };
  }
  return {
    scores: classScores({ predictions, baseline, y, weights, groups, classes: classes.length }),
    calibration: calibration({
      predictions,
      y,
      weights,
      classes: classes.length,
      random: random.split("calibration"),
    }),
    mistakes,
  };
}

/** `[rows]` of numbers, or `[rows, classes]`, of the judged rows. */
function honestPredictions(
  values: Float64Array,
  judged: Int32Array,
  classes: number | undefined,
): Float64Array {
  const width = poolWidth(classes);
  const picked = new Float64Array(judged.length * width);
  judged.forEach((row, place) => {
    picked.set(values.subarray(row * width, (row + 1) * width), place * width);
  });
  return classes === 2 ? bothShares(picked) : picked;
}

async function importanceOf(options: ReportOfOptions): Promise<PermutationImportance | undefined> {
  const { trained, read, y, classes, random, signal, deadline } = options;
  const left = deadline - toWrite - performance.now();
  if (left <= 0) return undefined;
  const models = trained.outer.map(({ rows, members }) => ({
    rows,
    predictor: poolPredictor(members, trained.method, classes?.length ?? 1),
  }));
  return permutationImportance({
    ...{
      columns: read.table.columns,
      x: read.table.x,
      y,
      weights: read.weights,
      groups: read.groups,
      classes: classes?.length,
      models,
    },
    ...{ random: random.split("importance"), signal, deadline: performance.now() + forImportance * left },
  });
}

function dependenceOf(options: ReportOfOptions, { columns }: PermutationImportance) {
  const { read, model, classes, random, signal, deadline } = options;
  return partialDependence({
    ...{ columns: read.table.columns, x: read.table.x, predictor: model, classes: classes?.length },
    ...{ among: columns.slice(0, mostShown).map(({ column }) => column), signal },
    ...{ random: random.split("dependence"), deadline: deadline - toWrite },
  });
}

function learnerOf(outcome: LearnerOutcome, { honest }: TrainedTable): ReportLearner {
  const found = ofLoss(honest)?.risks.find(({ name }) => name === outcome.name);
  return {
    name: outcome.name,
    risk: found && riskOf(found),
    difference: found && { risk: found.difference, standardError: found.differenceError },
    weight: outcome.weight,
    seconds: outcome.seconds,
    reason: reasonOf(outcome),
  };
}

const riskOf = ({ risk, standardError }: HonestRisk): Risk => ({ risk, standardError });

function reasonOf({ weight, reason, rows }: LearnerOutcome): string {
  if (rows === 0) return reason ?? "it was left out";
  const place = weight > 0 ? "it adds to the others" : "the others know what it knows";
  return reason === undefined ? place : `${place}; ${reason}`;
}

/** The loss that the report tells: squared error of numbers, log loss of classes. */
function ofLoss(
  honest: TrainedTable["honest"],
): { readonly loss: ReportRisks["loss"]; readonly risks: readonly HonestRisk[] } | undefined {
  if (honest === undefined) return undefined;
  const { logLikelihood, squaredError } = honest;
  if (logLikelihood !== undefined) return { loss: "logLikelihood", risks: logLikelihood };
  return squaredError && { loss: "squaredError", risks: squaredError };
}

function honestOf({ honest, outer, divisions }: TrainedTable): ReportRisks | undefined {
  const found = ofLoss(honest);
  const [whole, discrete, ...learners] = found?.risks ?? [];
  const mean = learners.find(({ name }) => name === "mean");
  if (found === undefined || whole === undefined || mean === undefined) return undefined;
  const single = learners.reduce((best, one) => (one.risk < best.risk ? one : best), mean);
  return { loss: found.loss, folds: outer.length * divisions, whole: riskOf(whole), mean, single, discrete };
}

function distilledOf(distilled: DistilledTable | undefined): TableReport["distilled"] {
  if (distilled === undefined) return undefined;
  const { risk, difference, epochs } = distilled;
  return { risk, difference, epochs };
}

function absentOf(isUnjudged: boolean, importance: PermutationImportance | undefined): TableReport["absent"] {
  if (isUnjudged) {
    const why = "honest judgement takes three rows or groups at least";
    return {
      honest: why,
      scores: why,
      importance: why,
      dependence: why,
      calibration: why,
      residuals: why,
      mistakes: why,
    };
  }
  return importance === undefined
    ? { importance: "there was no time left", dependence: "there was no time left" }
    : undefined;
}
