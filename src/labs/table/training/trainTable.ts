import { ImagoError, nearest } from "../../../engine/errors.js";
import { Generator } from "../../../engine/random/generator.js";
import { makeFolds } from "../../../methods/ensemble/folds/folds.js";
import type { RiskName } from "../../../methods/ensemble/losses.js";
import type { Rows } from "../../../methods/ensemble/superLearner/crossPredict.js";
import type { FitOutcome } from "../../../methods/ensemble/superLearner/fitJob.js";
import { FitPlace } from "../../../methods/ensemble/superLearner/fitPlace.js";
import type { HonestRisk } from "../../../methods/ensemble/superLearner/honestLosses.js";
import { poolWidth } from "../../../methods/ensemble/superLearner/oneColumn.js";
import type { WeightMethod } from "../../../methods/ensemble/weights/methods.js";
import { kindsInMatrix } from "../columnSpans.js";
import type { PoolMember } from "../model/poolPredictor.js";
import { kindsOf } from "../prepare/columnKind.js";
import { Budget } from "./budget.js";
import { Fits } from "./fits.js";
import { meanName, type TableLearner, tableLibrary } from "./library.js";
import { metricMethod } from "./metrics.js";
import type { TableTrainingOptions } from "./options.js";
import { type PairedWeights, pairedWeights } from "./pairedRisk.js";
import { type LearnerPlan, partReason, planLearners } from "./plan.js";
import { type LearntFromAll, learnFromAll, runFits } from "./runFits.js";
import type { LearnerRun, RunOptions } from "./runLearner.js";
import { divisionOf, type Subset, type Subsets, subsetsOf, tableDivision } from "./subsets.js";

/** What became of a learner. */
export interface LearnerOutcome {
  readonly name: string;
  /** Of the pool; 0 where it is left out. */
  readonly weight: number;
  /** Rows that it learnt from at most; 0 where it was left out. */
  readonly rows: number;
  /** Of one core, for all its fits. */
  readonly seconds: number;
  /** Why it was left out, or learnt from a part. Default: neither. */
  readonly reason?: string | undefined;
}

/** The pool as it is without a fold, whose rows it can be judged by. */
export interface OuterPool {
  /** Rows that nothing of it has seen. */
  readonly rows: Int32Array;
  readonly members: readonly PoolMember[];
}

/** What a table's super learner has learnt. */
export interface TrainedTable {
  readonly learners: readonly LearnerOutcome[];
  readonly members: readonly PoolMember[];
  /** How the weights were found, by which they are applied. */
  readonly method: WeightMethod;
  /** The learner with the smallest held-out risk. */
  readonly discrete: string;
  /** By loss: the whole, the discrete choice, then each learner that was not left out. Absent with fewer than three folds. */
  readonly honest: Readonly<Partial<Record<RiskName, readonly HonestRisk[]>>> | undefined;
  /** Honest predictions of the whole, `[rows]` or `[rows, classes]`, NaN where there are none; class 1 alone for two. */
  readonly predictions: Float64Array;
  /** In the same form what `mean` predicts, which the others must beat. */
  readonly baseline: Float64Array;
  /** Rows that have such, in rising order. */
  readonly judged: Int32Array;
  readonly outer: readonly OuterPool[];
  readonly folds: number;
  /** How often the rows were divided into these. */
  readonly divisions: number;
  /** What the user should know: fits that time ran out for. */
  readonly notices: readonly string[];
}

const where = "table";

/**
 * The super learner of a table: each learner with its preparation is fitted without each fold and without each two folds; held-out
 * predictions give the weights, and those without a fold the honest risk. The time is divided beforehand and kept.
 *
 * @throws ImagoError where there are too few rows, on names of learners that there are not, and where every learner failed; the signal's
 *   reason when it aborts
 */
export async function trainTable(options: TableTrainingOptions): Promise<TrainedTable> {
  const budget = new Budget(performance.now(), options.time);
  const random = new Generator(options.seed ?? 0).split(where);
  const { table, y, weights, classes, signal, workers } = options;
  const rows: Rows = { x: table.x, y, weights, classes };
  const subsets = foldsOf(options, random);
  const learners = chosenLearners(options);
  const place = new FitPlace(rows, learners, { workers, timeLimit: options.time });
  try {
    const elsewhere = await place.elsewhere(Number.POSITIVE_INFINITY);
    const onFit = counted(learners.length * (subsets.singles.length + subsets.pairs.length + 1), options);
    const own = random.split("fits");
    const division = `${subsets.singles.length}/${subsets.divisions}`;
    const { store } = options;
    const fits = new Fits({ rows, learners, elsewhere, signal, store, division, random: own, onFit });
    const processes = elsewhere?.workers ?? 1;
    const plans = await planLearners(fits, {
      ...{ learners, subsets, budget, random, columns: table.x.columns },
      workers: processes,
    });
    const run = { learners, plans, subsets, budget, signal, y, classes, workers: processes };
    return await pooled(fits, rows, await runFits(fits, run), run, options);
  } finally {
    await place.close();
  }
}

/** The pool of the learners that all fits are over of. */
async function pooled(
  fits: Fits,
  rows: Rows,
  runs: readonly LearnerRun[],
  run: RunOptions,
  options: TableTrainingOptions,
): Promise<TrainedTable> {
  const { learners, plans, subsets } = run;
  const taking = [...runs.keys()].filter((index) => runs[index]?.reason === undefined);
  if (taking.length === 0) throw everyFailed(learners, runs);
  const metric = metricMethod(options.task, options.metric);
  const names = taking.map((index) => (learners[index] as TableLearner).name);
  const paired = pairedWeights(
    taking.map((index) => (runs[index] as LearnerRun).predictions),
    { rows, subsets, names, ...metric, ids: options.groups },
  );
  const { weights, discrete } = paired.weights;
  const wanted = [...taking.keys()].filter((place) => (weights[place] as number) > 0);
  const learnt = await learnFromAll(
    fits,
    wanted.map((place) => taking[place] as number),
    runs,
    run,
  );
  return {
    learners: outcomesOf(
      learners,
      plans,
      runs,
      rows.y.length,
      (index) => weights[taking.indexOf(index)] ?? 0,
    ),
    members: wanted.map((place, at) => ({
      name: names[place] as string,
      weight: weights[place] as number,
      state: (learnt[at] as LearntFromAll).state,
    })),
    method: metric.method,
    discrete: names[discrete] as string,
    honest: paired.losses,
    ...firstDivision(paired, rows, subsets),
    outer: paired.outer.flatMap(({ fold, weights: own }) =>
      divisionOf(subsets, fold) > 0
        ? []
        : [
            {
              rows: (subsets.singles[fold] as Subset).unseen,
              members: membersWithout(fold, own.weights, taking, names, runs),
            },
          ],
    ),
    folds: subsets.singles.length / subsets.divisions,
    divisions: subsets.divisions,
    notices: wanted.flatMap((place, at) =>
      learnt[at]?.fromAll === true
        ? []
        : [
            `There was no time left for ${names[place]} to learn from all rows: it counts as it was learnt without the first fold.`,
          ],
    ),
  };
}

/** Honest predictions of each row: of the first division, where there are several. */
function firstDivision(
  { honest, judged }: PairedWeights,
  rows: Rows,
  subsets: Subsets,
): Pick<TrainedTable, "predictions" | "baseline" | "judged"> {
  const { y, classes } = rows;
  const end = y.length * poolWidth(classes);
  const own = (place: number): Float64Array => (honest[place] as Float64Array).subarray(0, end);
  return {
    predictions: own(0),
    baseline: meansWithout(rows, subsets),
    judged: judged.filter((row) => row < y.length),
  };
}

/** Of each row the mean, or the shares of the classes, of the rows without its fold, each by its weight. */
function meansWithout({ y, weights, classes }: Rows, subsets: Subsets): Float64Array {
  const width = poolWidth(classes);
  const means = new Float64Array(y.length * width);
  const part = (row: number, column: number): number =>
    classes === undefined ? (y[row] as number) : Number(y[row] === (width === 1 ? 1 : column));
  for (const single of subsets.singles.filter((_, fold) => divisionOf(subsets, fold) === 0)) {
    const { training, unseen } = single;
    const total = training.reduce((sum, row) => sum + (weights?.[row] ?? 1), 0);
    for (let column = 0; column < width; column++) {
      const sum = training.reduce((all, row) => all + (weights?.[row] ?? 1) * part(row, column), 0);
      for (const row of unseen) means[row * width + column] = sum / total;
    }
  }
  return means;
}

function membersWithout(
  fold: number,
  weights: readonly number[],
  taking: readonly number[],
  names: readonly string[],
  runs: readonly LearnerRun[],
): PoolMember[] {
  return taking.flatMap((index, place) => {
    const [weight, state] = [weights[place] as number, runs[index]?.states.get(String(fold))];
    return weight > 0 && state !== undefined ? [{ name: names[place] as string, weight, state }] : [];
  });
}

function outcomesOf(
  learners: readonly TableLearner[],
  plans: readonly LearnerPlan[],
  runs: readonly LearnerRun[],
  rows: number,
  weightOf: (index: number) => number,
): LearnerOutcome[] {
  return learners.map(({ name }, index) => {
    const [run, plan] = [runs[index] as LearnerRun, plans[index] as LearnerPlan];
    const isOut = run.reason !== undefined;
    return {
      name,
      weight: isOut ? 0 : weightOf(index),
      rows: isOut ? 0 : (run.instead ?? plan).most,
      seconds: run.milliseconds / 1000,
      reason: run.reason ?? (run.instead === undefined ? plan.reason : partReason(run.instead.most, rows)),
    };
  });
}

function everyFailed(learners: readonly TableLearner[], runs: readonly LearnerRun[]): ImagoError {
  const reasons = runs.map(({ reason }, index) => `${learners[index]?.name}: ${reason}`).join("; ");
  return new ImagoError(`${where}: every learner failed. ${reasons}`);
}

function foldsOf(options: TableTrainingOptions, random: Generator): Subsets {
  const { table, y, classes, groups, byTime = false } = options;
  const { rows } = table.x;
  const units = groups === undefined ? rows : new Set(Array.from(groups)).size;
  if (units < 2) {
    throw new ImagoError(
      `${where}: there ${units === 1 ? "is one row or group" : "are no rows"}; learning and judging take two at least.`,
    );
  }
  const { folds, times } = tableDivision(rows, byTime ? units - 1 : units, options.time, table.x.columns);
  const divisions = Array.from({ length: byTime ? 1 : times }, (_, division) =>
    makeFolds(rows, {
      ...{ folds, ids: groups, byTime },
      strata: classes === undefined || byTime ? undefined : y,
      random: random.split("folds").split(division),
    }),
  );
  return subsetsOf(rows, divisions, byTime);
}

function chosenLearners({ table, y, task, learners }: TableTrainingOptions): TableLearner[] {
  const columns = kindsOf(table.columns);
  const sources = kindsInMatrix(table.columns);
  const library = tableLibrary({ task, rows: y.length, columns, sources, skewed: isSkewed(y) });
  if (learners === undefined) return library;
  const names = library.map(({ name }) => name);
  const odd = learners.find((name) => !names.includes(name));
  // The mean is what the others are compared with.
  if (odd === undefined) return library.filter(({ name }) => name === meanName || learners.includes(name));
  const meant = nearest(odd, names);
  const help = `${meant === undefined ? "" : `Did you mean "${meant}"? `}Learners of this table are: ${names.map((name) => `"${name}"`).join(", ")}.`;
  throw new ImagoError(`${where}: unknown learner "${odd}".`, { help });
}

/** Third moment by the cube of the deviation above 1, of numbers above −1. */
function isSkewed(y: Float64Array): boolean {
  if (!y.every((value) => value > -1)) return false;
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  let [second, third] = [0, 0];
  for (const value of y) {
    second += (value - mean) ** 2 / y.length;
    third += (value - mean) ** 3 / y.length;
  }
  return second > 0 && third / second ** 1.5 > 1;
}

/** Tells of each fit that is over, and how many there will be. */
function counted(
  total: number,
  { onFit }: TableTrainingOptions,
): (name: string, key: string, outcome: FitOutcome) => void {
  let done = 0;
  return (name, key, outcome) => onFit?.({ name, key, outcome, done: ++done, total });
}
