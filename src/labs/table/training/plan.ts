import { ImagoError } from "../../../engine/errors.js";
import type { Generator } from "../../../engine/random/generator.js";
import type { FitOutcome } from "../../../methods/ensemble/superLearner/fitJob.js";
import { type Budget, divided, expected, rowsWithin, type Trial } from "./budget.js";
import { drawnOf, type FitSettings, type Fits } from "./fits.js";
import { meanName, type TableLearner } from "./library.js";
import { costOfSubsets, type Subset, type Subsets } from "./subsets.js";

/** What becomes of a learner, by its trial. */
export interface LearnerPlan {
  /** Most rows that it learns from; 0 where it is left out. */
  readonly most: number;
  /** Why it is left out, or learns from a part. Default: neither. */
  readonly reason?: string | undefined;
  /** Milliseconds that one of its fits may take, before it is taken for stuck. */
  readonly timeLimit: number;
  /** Where it is left out for want of time: what all its fits would take, in milliseconds of one core, from how many rows. */
  readonly late?: { readonly cost: number; readonly most: number } | undefined;
}

/** Rows of a trial, and numbers: of wide tables fewer rows tell enough. */
const trialRows = 4_000;
const trialCells = 600_000;
const fewestTried = 300;
/** So much longer than foretold a fit may take. */
const patience = 4;

export interface PlanOptions {
  readonly learners: readonly TableLearner[];
  readonly subsets: Subsets;
  readonly budget: Budget;
  /** Processes that fit beside each other. */
  readonly workers: number;
  readonly random: Generator;
  /** Of the matrix. */
  readonly columns: number;
}

const untried = { most: 0, timeLimit: 1 };

/** Of the time of all trials so many times its share one may take. */
const ownPart = 3;

/** Part of the time that trials may take together. */
const forTrials = 0.3;

/**
 * Tries each learner on some rows, and says from how many it can learn in its share of the time. What one leaves over goes to
 * the others.
 */
export async function planLearners(fits: Fits, options: PlanOptions): Promise<LearnerPlan[]> {
  const { learners, subsets, budget, workers } = options;
  const trials = await tryAll(fits, options);
  const all = subsets.all.training.length;
  const cost = costOfSubsets(subsets);
  const demands = learners.map(({ growth, mostRows = all }, index): number | undefined => {
    const trial = trials[index];
    if (trial === undefined || typeof trial === "string") return undefined;
    return expected(trial, growth, Math.min(all, mostRows)) * cost;
  });
  const shares = learners.map(({ share }) => share);
  const plans = trials.map(
    (trial): LearnerPlan => ({ ...untried, reason: typeof trial === "string" ? trial : undefined }),
  );
  for (;;) {
    const allowed = divided(budget.leftForFits() * workers, demands, shares);
    learners.forEach((learner, index) => {
      if (demands[index] !== undefined)
        plans[index] = planOf(learner, trials[index] as Tried, allowed[index] as number, cost, all);
    });
    // Of those that would be left out the greediest goes first: without it there may be time for the others.
    const out = [...plans.keys()].filter((index) => demands[index] !== undefined && plans[index]?.most === 0);
    if (out.length === 0) break;
    const greed = (index: number): number => (demands[index] as number) / (shares[index] as number);
    demands[out.reduce((worst, index) => (greed(index) > greed(worst) ? index : worst))] = undefined;
  }
  if (plans.some(({ most }) => most > 0)) return plans;
  const reasons = plans.map(({ reason }, index) => `${learners[index]?.name}: ${reason}`).join("; ");
  throw new ImagoError(`table: no learner could be fitted. ${reasons}`, {
    help: "Give it more minutes, or fewer columns.",
  });
}

async function tryAll(fits: Fits, options: PlanOptions): Promise<Tried[]> {
  const { learners, subsets, budget, random, columns, workers } = options;
  const rows = Math.max(fewestTried, Math.min(trialRows, Math.floor(trialCells / columns)));
  const trial = trialOf(subsets, rows, random);
  const most = trial.training.length;
  // Of one whose time goes into predicting the trial predicted a part only.
  const predicted = ({ predicts }: TableLearner): number =>
    predicts === true ? subsets.all.training.length / most : 1;
  const over = new AbortController();
  const time = budget.leftForFits() * forTrials;
  const clock = setTimeout(() => over.abort(), time);
  // One that is slow must not take the others' time.
  const timeLimit = Math.ceil(Math.max(shortTrial, (ownPart * time * workers) / learners.length));
  const outcomes = new Array<Tried>(learners.length);
  // Those that take hardly any time come first, then those that most of it is meant for: where it is short, none of these is left out unseen.
  const order = ({ quick, share }: TableLearner): number =>
    quick === true ? Number.POSITIVE_INFINITY : share;
  const inTurn = [...learners.keys()].sort((a, b) => {
    const [first, second] = [order(learners[a] as TableLearner), order(learners[b] as TableLearner)];
    return first === second ? a - b : second - first;
  });
  try {
    await Promise.all(
      inTurn.map(async (index) => {
        // The mean is what all others are compared with.
        const isMean = learners[index]?.name === meanName;
        const limits = isMean ? {} : { timeLimit, needless: over.signal };
        const outcome = await tried(fits, index, trial, limits);
        outcomes[index] =
          outcome === undefined
            ? "its trial was not over in time"
            : (outcome.reason ?? {
                milliseconds: Math.max(1, outcome.milliseconds * predicted(learners[index] as TableLearner)),
                rows: most,
              });
      }),
    );
    return outcomes;
  } finally {
    clearTimeout(clock);
  }
}

/** Some rows of the first fold's, and as many times fewer to predict as there are folds. */
function trialOf({ singles }: Subsets, most: number, random: Generator): Subset {
  const [first] = singles as readonly [Subset, ...Subset[]];
  const training = drawnOf(first.training, most, random.split("trial"));
  const share = Math.ceil((first.unseen.length * training.length) / first.training.length);
  return { key: "trial", training, unseen: drawnOf(first.unseen, share, random.split("unseen")) };
}

/** A process's first fits are slow, since it has yet to load and compile what they need: a short trial is made again. */
async function tried(
  fits: Fits,
  index: number,
  trial: Subset,
  limits: Pick<FitSettings, "timeLimit" | "needless">,
): Promise<FitOutcome | undefined> {
  const settings = { ...limits, most: trial.training.length, keep: false };
  const first = await fits.fit(index, trial, settings);
  if (first === undefined || first.reason !== undefined || first.milliseconds > shortTrial) return first;
  const again = await fits.fit(index, { ...trial, key: "trial again" }, settings);
  return again !== undefined && again.milliseconds < first.milliseconds ? again : first;
}

/** Milliseconds. */
const shortTrial = 1_500;

type Tried = Trial | string;

function planOf(
  { mostRows = Number.POSITIVE_INFINITY, growth }: TableLearner,
  tried: Tried,
  allowed: number,
  cost: number,
  all: number,
): LearnerPlan {
  if (typeof tried === "string") return { most: 0, reason: tried, timeLimit: 1 };
  const wanted = Math.min(all, mostRows);
  const most = rowsWithin(tried, allowed, cost, growth, wanted);
  const timeLimit = Math.ceil(Math.max(10_000, patience * expected(tried, growth, most)));
  if (most === 0) {
    const whole = expected(tried, growth, wanted) * cost;
    const reason = `it would take ${secondsOf(whole)}, more than its share of the time`;
    const patient = Math.ceil(Math.max(10_000, patience * expected(tried, growth, wanted)));
    return { most, reason, timeLimit: patient, late: { cost: whole, most: wanted } };
  }
  if (most === all) return { most, timeLimit };
  const why = most < wanted ? "as its share of the time allows" : "which are enough for it";
  return { most, reason: `it learns from ${most} of ${all} rows, ${why}`, timeLimit };
}

/** Why one that had its time later does not learn from all rows; nothing where it does. */
export const partReason = (most: number, all: number): string | undefined =>
  most === all ? undefined : `it learns from ${most} of ${all} rows, as there is time for`;

/** Milliseconds as people say them. */
export function secondsOf(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds < 90 ? `${Number(seconds.toPrecision(2))} s` : `${Math.round(seconds / 60)} min`;
}
