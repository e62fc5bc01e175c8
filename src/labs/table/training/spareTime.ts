import type { Fits } from "./fits.js";
import { meanName, type TableLearner } from "./library.js";
import type { LearnerPlan } from "./plan.js";
import { forAll, type LearnerRun, type RunOptions, runLearner } from "./runLearner.js";
import type { Subset, Subsets } from "./subsets.js";

/** Part of the time that is over that may be planned with. */
const planned = 0.6;
/** More rows by less than this factor are not worth the time. */
const worthMore = 1.3;
/** So many of the learners, those that predict best, may learn from more rows. */
const mostExtended = 2;

/**
 * What time is over after all fits goes to the best of those that learnt from a part of the rows, to learn from more of them, and then to
 * those that were left out for want of time, the cheapest first.
 *
 * @param runs what came of each learner; written over
 */
export async function spendSpareTime(
  fits: Pick<Fits, "fit">,
  runs: LearnerRun[],
  options: RunOptions,
  over: AbortSignal,
): Promise<void> {
  for (const index of extensible(runs, options)) await extended(fits, index, runs, options, over);
  await runLate(fits, runs, options, over);
}

/** Milliseconds of one core that may be planned with. */
const spare = ({ budget, workers }: RunOptions): number =>
  budget.leftForFits() * (1 - forAll) * planned * workers;

/** Numbers of learners that could learn from more rows, the best first; those that are no better than the mean are not. */
function extensible(runs: readonly LearnerRun[], { learners, subsets, y, classes }: RunOptions): number[] {
  const losses = runs.map((run) => roughLoss(run, subsets, y, classes));
  const mean = losses[learners.findIndex(({ name }) => name === meanName)] ?? Number.POSITIVE_INFINITY;
  return [...runs.keys()]
    .filter((index) => (losses[index] as number) < mean)
    .sort((a, b) => (losses[a] as number) - (losses[b] as number))
    .slice(0, mostExtended);
}

async function extended(
  fits: Pick<Fits, "fit">,
  index: number,
  runs: LearnerRun[],
  options: RunOptions,
  over: AbortSignal,
): Promise<void> {
  const { learners, plans, subsets } = options;
  const [run, { most, timeLimit }] = [runs[index] as LearnerRun, plans[index] as LearnerPlan];
  const { growth, mostRows } = learners[index] as TableLearner;
  const all = Math.min(subsets.all.training.length, mostRows ?? Number.POSITIVE_INFINITY);
  const factor = Math.min(all / most, (spare(options) / run.milliseconds) ** (1 / growth));
  if (over.aborted || factor < worthMore) return;
  const instead = {
    most: Math.min(all, Math.floor(most * factor)),
    timeLimit: Math.ceil(timeLimit * factor ** growth),
  };
  const more: LearnerRun = { predictions: new Map(), states: new Map(), milliseconds: 0, instead };
  await runLearner(fits, index, more, instead, subsets, over);
  more.milliseconds += run.milliseconds;
  if (more.reason === undefined) runs[index] = more;
  else run.milliseconds = more.milliseconds;
}

/** Mean squared error of held-out rows, of probabilities for classes: enough to know the better from the worse. */
function roughLoss(
  { predictions, reason }: LearnerRun,
  { singles }: Subsets,
  y: Float64Array,
  classes: number | undefined,
): number {
  if (reason !== undefined) return Number.POSITIVE_INFINITY;
  const width = classes ?? 1;
  const wanted = (row: number, column: number): number =>
    classes === undefined ? (y[row] as number) : Number(y[row] === column);
  const own = (subset: Subset): number =>
    (predictions.get(subset.key) as Float64Array).reduce(
      (sum, one, at) =>
        sum + (one - wanted(subset.unseen[Math.floor(at / width)] as number, at % width)) ** 2,
      0,
    );
  const rows = singles.reduce((sum, { unseen }) => sum + unseen.length, 0);
  return singles.reduce((sum, subset) => sum + own(subset), 0) / rows;
}

async function runLate(
  fits: Pick<Fits, "fit">,
  runs: readonly LearnerRun[],
  options: RunOptions,
  over: AbortSignal,
): Promise<void> {
  const { plans, subsets } = options;
  const waiting = [...plans.keys()]
    .filter((index) => plans[index]?.late !== undefined)
    .sort((a, b) => (plans[a]?.late?.cost ?? 0) - (plans[b]?.late?.cost ?? 0));
  for (const index of waiting) {
    const { late, timeLimit } = plans[index] as LearnerPlan;
    if (over.aborted || late === undefined || late.cost > spare(options)) return;
    const run = runs[index] as LearnerRun;
    const { reason } = run;
    const instead = { most: late.most, timeLimit };
    run.reason = undefined;
    await runLearner(fits, index, run, instead, subsets, over);
    if (run.reason !== undefined) run.reason = reason;
    else run.instead = instead;
  }
}
