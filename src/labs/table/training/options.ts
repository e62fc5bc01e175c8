import type { FitOutcome } from "../../../methods/ensemble/superLearner/fitJob.js";
import type { TableTask, TypedTable } from "../table.js";
import type { FitStore } from "./fitStore.js";

/** What a table's super learner is trained by. */
export interface TableTrainingOptions {
  readonly table: Pick<TypedTable, "columns" | "x">;
  /** `[rows]`: numbers, or classes from 0. */
  readonly y: Float64Array;
  readonly task: TableTask;
  /** How many classes there are, for `binary` and `classes`. */
  readonly classes?: number | undefined;
  /** `[rows]`, from 0: what each row counts. Default: all alike. */
  readonly weights?: Float64Array | undefined;
  /** `[rows]`: rows of one group stay in one fold. Default: each row by itself. */
  readonly groups?: ArrayLike<number | string> | undefined;
  /** Whether the rows stand in the order of time, and each fold is predicted from those before it. Default: false. */
  readonly byTime?: boolean | undefined;
  /** What the weights make small. Default: `squaredError`, of classes Brier's score. */
  readonly metric?: TableMetric | undefined;
  /** Milliseconds that all of it may take. */
  readonly time: number;
  /** Default: 0. */
  readonly seed?: number | undefined;
  /** Processes that fit; 0 for none. Default: one for each core. */
  readonly workers?: number | undefined;
  /** Names of learners to choose among, beside `mean`. Default: all. */
  readonly learners?: readonly string[] | undefined;
  readonly store?: FitStore | undefined;
  readonly onFit?: ((progress: TableProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export const tableMetrics = ["squaredError", "absoluteError", "brier", "logLoss", "auc"] as const;
export type TableMetric = (typeof tableMetrics)[number];

/** How far the fits are. */
export interface TableProgress {
  readonly name: string;
  /** The subset: `trial`, `all`, a fold, or two. */
  readonly key: string;
  readonly outcome: FitOutcome;
  /** Fits that are over, and all that there will be as far as is known. */
  readonly done: number;
  readonly total: number;
}
