import { having } from "../../../engine/options.js";
import type { Risk } from "../../../methods/ensemble/risk.js";
import type { HonestRisk } from "../../../methods/ensemble/superLearner/honestLosses.js";
import type { Calibration } from "../insight/calibration.js";
import type { PartialDependence } from "../insight/partialDependence.js";
import type { PermutationImportance } from "../insight/permutationImportance.js";
import type { Residuals } from "../insight/residuals.js";
import type { ClassScores, NumberScores } from "../insight/scores.js";
import type { Mistake } from "../insight/worstMistakes.js";
import type { TableColumn, TableTask } from "../table.js";

/**
 * Everything that is told of what was learnt from a table, as plain JSON; NaN, which is the standard error of a single row,
 * becomes null there and is read as such. Names and cells are as they came: whoever shows them makes them harmless.
 */
export interface TableReport {
  /** What the data are called, such as the file's name. */
  readonly name: string;
  /** When it was made, as it is to be shown. */
  readonly date: string;
  /** Of programs, by their names. */
  readonly versions: Readonly<Record<string, string>>;
  readonly task: TableTask;
  /** Why this task, as a part of a sentence: `229 different numbers, not all whole`. */
  readonly reason: string;
  /** The column that is predicted. */
  readonly target: string;
  /** The classes in the order of their numbers, with their rows; absent for numbers. */
  readonly levels?: readonly ReportLevel[] | undefined;
  /** Rows that were learnt from. */
  readonly rows: number;
  /** Rows that were left out, by reason: `without price`. */
  readonly droppedRows: readonly { readonly rows: number; readonly why: string }[];
  /** Columns that were learnt from, in the order of the matrix. */
  readonly columns: readonly ReportColumn[];
  readonly droppedColumns: readonly { readonly name: string; readonly why: string }[];
  /** What is to be known before anything is believed, such as leakage: whole sentences, the gravest first. */
  readonly warnings: readonly string[];
  readonly settings: ReportSettings;
  /** All that were tried, in any order. */
  readonly learners: readonly ReportLearner[];
  /** What follows may be absent, for the reasons in `absent`. */
  readonly honest?: ReportRisks | undefined;
  /** The small network in the place of the whole, on rows that nothing of it had seen. Default: none was asked for. */
  readonly distilled?: ReportDistilled | undefined;
  readonly scores?: NumberScores | ClassScores | undefined;
  readonly importance?: PermutationImportance | undefined;
  readonly dependence?: PartialDependence | undefined;
  /** Of classes, and of numbers. */
  readonly calibration?: Calibration | undefined;
  readonly residuals?: Residuals | undefined;
  readonly mistakes?: readonly Mistake[] | undefined;
  /** Why a part is absent, as a part of a sentence: `there was no time left`. Default: nothing is said. */
  readonly absent?: Readonly<Partial<Record<ReportPart, string>>> | undefined;
}

/** Parts that may be absent. */
export type ReportPart =
  | "honest"
  | "scores"
  | "importance"
  | "dependence"
  | "calibration"
  | "residuals"
  | "mistakes";

/** A class. */
export interface ReportLevel {
  readonly name: string;
  readonly rows: number;
}

/** A column that was learnt from. */
export interface ReportColumn {
  readonly name: string;
  readonly kind: TableColumn["kind"];
  /** Why it is of this kind, as a part of a sentence. */
  readonly why: string;
  /** Rows in which it is missing. */
  readonly missing: number;
}

export interface ReportSettings {
  readonly seed: number;
  /** By which weights were found. */
  readonly folds: number;
  /** How often rows were divided into these. Default: once. */
  readonly divisions?: number | undefined;
  /** That were allowed. Default: none was set. */
  readonly minutes?: number | undefined;
  /** Seconds that it took. */
  readonly seconds: number;
  /** What else is to be known to do it again, by its name. */
  readonly more?: Readonly<Record<string, string>> | undefined;
}

/** A learner that was tried. */
export interface ReportLearner {
  readonly name: string;
  /** On rows that it had not seen; absent where it failed. */
  readonly risk?: Risk | undefined;
  /** Its risk less that of the whole, row by row; above 0 where the whole is better. */
  readonly difference?: Risk | undefined;
  /** In the whole, from 0 to 1; 0 where it has no part in it. */
  readonly weight: number;
  /** That its fits took. */
  readonly seconds?: number | undefined;
  /** Why it is in or out, as a part of a sentence. */
  readonly reason: string;
}

/** A small network that was taught what the whole says. */
export interface ReportDistilled {
  /** Absent where there was no time to judge it; by the loss of `honest`. */
  readonly risk?: Risk | undefined;
  /** Its risk less that of the whole, row by row; above 0 where the whole is better. */
  readonly difference?: Risk | undefined;
  readonly epochs: number;
}

/** Risks on rows that nothing of the whole procedure had seen, each beside that of the whole. */
export interface ReportRisks {
  readonly loss: "squaredError" | "logLikelihood";
  /** Around the whole procedure. */
  readonly folds: number;
  readonly whole: Risk;
  /** Of always saying the mean, or the classes' shares. */
  readonly mean: HonestRisk;
  /** Of the single learner whose honest risk is smallest; chosen afterwards, so it looks a little better than it is. */
  readonly single?: HonestRisk | undefined;
  /** Of taking, in each fold, the single learner that was best within it. */
  readonly discrete?: HonestRisk | undefined;
}

/** How a {@link TableReport} is read where one is asked for. */
export const reportField = having<TableReport>(
  "a report",
  "task",
  "columns",
  "learners",
  "warnings",
  "settings",
);
