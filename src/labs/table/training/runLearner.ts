import type { FitOutcome } from "../../../methods/ensemble/superLearner/fitJob.js";
import type { SavedFitted } from "../../../methods/learners/learner.js";
import type { Budget } from "./budget.js";
import type { Fits } from "./fits.js";
import type { TableLearner } from "./library.js";
import type { LearnerPlan } from "./plan.js";
import type { Subset, Subsets } from "./subsets.js";

/** What came of a learner's fits. */
export interface LearnerRun {
  /** By subset, `unseen`, or `unseen × classes`. */
  readonly predictions: Map<string, Float64Array>;
  /** What it learnt without each fold, by the fold. */
  readonly states: Map<string, SavedFitted>;
  /** Milliseconds of one core. */
  milliseconds: number;
  /** Why it is left out. Default: it is not. */
  reason?: string | undefined;
  /** Rows that it learnt from at most, and how long a fit may take, where that is not what was planned. */
  instead?: Pick<LearnerPlan, "most" | "timeLimit"> | undefined;
}

export interface RunOptions {
  readonly learners: readonly TableLearner[];
  readonly plans: readonly LearnerPlan[];
  readonly subsets: Subsets;
  readonly budget: Budget;
  /** Processes that fit beside each other. */
  readonly workers: number;
  /** Of every row: a number, or that of its class. */
  readonly y: Float64Array;
  /** Default: numbers. */
  readonly classes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Part of the time for fits that is kept for learning from all rows. */
export const forAll = 0.1;

/** Makes the fits of one learner on all subsets but the whole, until one fails. */
export async function runLearner(
  fits: Pick<Fits, "fit">,
  index: number,
  run: LearnerRun,
  { most, timeLimit }: Pick<LearnerPlan, "most" | "timeLimit">,
  { singles, pairs }: Subsets,
  over: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const needless = AbortSignal.any([failed.signal, over]);
  const one = async (subset: Subset, keep: boolean): Promise<void> => {
    const outcome = await fits.fit(index, subset, { most, keep, timeLimit, needless });
    if (outcome === undefined) run.reason ??= "the time was over before its fits were";
    else note(run, subset.key, outcome);
    if (run.reason !== undefined) failed.abort();
  };
  await Promise.all([
    ...singles.map((subset) => one(subset, true)),
    ...pairs.map((subset) => one(subset, false)),
  ]);
}

function note(run: LearnerRun, key: string, { predictions, learnt, reason, milliseconds }: FitOutcome): void {
  run.milliseconds += milliseconds;
  if (predictions === undefined) run.reason ??= reason ?? "it gave nothing";
  else run.predictions.set(key, predictions);
  if (learnt !== undefined) run.states.set(key, learnt);
}
