import type { SavedFitted } from "../../../methods/learners/learner.js";
import type { Fits } from "./fits.js";
import type { LearnerPlan } from "./plan.js";
import { forAll, type LearnerRun, type RunOptions, runLearner } from "./runLearner.js";
import { spendSpareTime } from "./spareTime.js";

/**
 * Makes the fits of all learners that are not left out. One that fails, or is not over in time, is left out with its reason.
 *
 * @returns one for each learner
 */
export async function runFits(fits: Fits, options: RunOptions): Promise<LearnerRun[]> {
  const { learners, plans, subsets, budget, signal } = options;
  const runs = learners.map((_, index): LearnerRun => {
    const plan = plans[index] as LearnerPlan;
    const reason = plan.most === 0 ? plan.reason : undefined;
    return { predictions: new Map(), states: new Map(), milliseconds: 0, reason };
  });
  const over = new AbortController();
  const left = budget.leftForFits();
  const clock = setTimeout(() => over.abort(), left * (1 - forAll));
  try {
    await Promise.all(
      runs.map((run, index) =>
        run.reason === undefined
          ? runLearner(fits, index, run, plans[index] as LearnerPlan, subsets, over.signal)
          : undefined,
      ),
    );
    await spendSpareTime(fits, runs, options, over.signal);
  } finally {
    clearTimeout(clock);
  }
  signal?.throwIfAborted();
  return runs;
}

/** What a learner learnt from all rows; where there is no time for that, what it learnt without the first fold. */
export interface LearntFromAll {
  readonly state: SavedFitted;
  readonly fromAll: boolean;
}

/**
 * Learns from all rows what has weight.
 *
 * @param wanted numbers of the learners
 */
export async function learnFromAll(
  fits: Fits,
  wanted: readonly number[],
  runs: readonly LearnerRun[],
  { plans, subsets, budget }: RunOptions,
): Promise<LearntFromAll[]> {
  const over = new AbortController();
  const clock = setTimeout(() => over.abort(), budget.leftForFits() + budget.reserve / 2);
  try {
    return await Promise.all(
      wanted.map(async (index) => {
        const run = runs[index] as LearnerRun;
        const { most, timeLimit } = run.instead ?? (plans[index] as LearnerPlan);
        const outcome = await fits.fit(index, subsets.all, {
          most,
          keep: true,
          timeLimit,
          needless: over.signal,
        });
        run.milliseconds += outcome?.milliseconds ?? 0;
        const [first] = run.states.values();
        const state = outcome?.learnt;
        return state === undefined
          ? { state: first as SavedFitted, fromAll: false }
          : { state, fromAll: true };
      }),
    );
  } finally {
    clearTimeout(clock);
  }
}
