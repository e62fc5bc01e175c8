import { type FieldsOf, number, type ReadOf, readOptions, seed } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { Seen } from "../samplers/sampler.js";
import { ranked } from "../samplers/tpe/split.js";
import type { Level } from "../space/dimensions.js";
import { deviation } from "./deviation.js";
import { choiceDensity, gridDensity } from "./gridDensity.js";
import { normalized, type ParameterImportance } from "./parameterImportance.js";
import { activeShare, coordinateOf, type TreeParameter, treeParameters } from "./treeParameters.js";

export interface PedAnovaOptions {
  /** The share of the trials that are good ones, above 0 and below 1. Default: 0.1. */
  readonly good?: number | undefined;
  /** Samples of the trials, drawn with replacement, by which standard errors are found; from 2. Default: 100. */
  readonly samples?: number | undefined;
  /** Of the samples. Default: 0. */
  readonly seed?: number | undefined;
}

const fields = {
  good: number({ default: 0.1, above: 0, below: 1 }),
  samples: number({ default: 100, min: 2, integer: true }),
  seed: seed(),
} satisfies FieldsOf<PedAnovaOptions>;

type Settings = ReadOf<typeof fields>;

/** Fewer good trials show no distribution. */
const leastGood = 5;

/** Cells of a number's range, at most. */
const cells = 50;

/**
 * What tells good trials from all: Pearson's divergence Σ q (p/q − 1)² between the values of a parameter in the best trials, p,
 * and in all of them, q (Watanabe, Bansal and Hutter, "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary
 * Subspaces", 2023). A parameter of a branch is compared among the trials that have it, weighed by α²/β, α and β being their
 * shares of the good trials and of all; that its branch is good is said of the branch. What the search itself has left untried
 * counts as unimportant. Pruned and failed trials are worse than all others.
 *
 * @returns for each parameter its share, the largest first; standard errors are deviations between samples of the trials. All
 *   are 0, with the reason, where fewer than five trials are good, or all are as good
 * @throws ImagoError on unknown options, and on numbers out of their range
 */
export function pedAnova(
  level: Level,
  seen: readonly Seen[],
  options: PedAnovaOptions = {},
): ParameterImportance[] {
  const settings = readOptions("pedAnova", options, fields);
  const parameters = treeParameters(level);
  const trials = ranked(seen);
  const reason = reasonOf(trials, settings.good);
  const columns = parameters.map((parameter) => trials.map(({ point }) => coordinateOf(parameter, point)));
  const all = Int32Array.from(trials.keys());
  const own = reason === undefined ? shares(parameters, columns, trials, all, settings.good) : undefined;
  const errors = own === undefined ? undefined : standardErrors(parameters, columns, trials, settings);
  const points = trials.map(({ point }) => point);
  return normalized(
    parameters.map((parameter, place) => ({
      path: parameter.dimension.path,
      importance: own?.[place] ?? 0,
      standardError: errors?.[place] ?? 0,
      active: activeShare(points, [parameter]),
      reason: own === undefined ? (reason ?? "good trials have the values of all") : undefined,
    })),
  );
}

function reasonOf(trials: readonly Seen[], share: number): string | undefined {
  const complete = trials.filter(({ state }) => state === "complete");
  if (complete.length === 0) return "no trial is complete";
  const good = Math.floor(share * trials.length + 1e-9);
  if (good < leastGood || complete.length < leastGood) {
    const found = `${good} of ${trials.length} trials are good, and ${complete.length} complete`;
    return `${found}: ${leastGood} good ones are the least`;
  }
  return complete.length === trials.length && trials[0]!.loss === trials.at(-1)!.loss
    ? "all trials have the same value"
    : undefined;
}

/** How many of some trials, the best first, are good: the share of them, and those that are as good as the last of these. */
function goodCount(trials: readonly Seen[], order: Int32Array, share: number): number {
  const complete = order.filter((trial) => trials[trial]!.state === "complete").length;
  let count = Math.min(complete, Math.floor(share * order.length + 1e-9));
  if (count === 0) return 0;
  const last = trials[order[count - 1]!]!;
  while (count < order.length) {
    const { state, loss } = trials[order[count]!]!;
    if (state !== last.state || loss !== last.loss) break;
    count++;
  }
  return count;
}

/**
 * Shares that add up to 1; `undefined` where no parameter tells good trials from all.
 *
 * @param order of trials, the best first
 */
function shares(
  parameters: readonly TreeParameter[],
  columns: readonly (readonly number[])[],
  trials: readonly Seen[],
  order: Int32Array,
  share: number,
): readonly number[] | undefined {
  const good = goodCount(trials, order, share);
  if (good === 0 || good === order.length) return undefined;
  const divergences = parameters.map(({ dimension }, place) => {
    const values = Array.from(order, (trial) => columns[place]![trial]!);
    const known = (own: readonly number[]): number[] => own.filter((value) => !Number.isNaN(value));
    const [best, region] = [known(values.slice(0, good)), known(values)];
    if (best.length === 0 || dimension.count === 1) return 0;
    const count = dimension.count ?? cells;
    const density = (own: readonly number[]): Float64Array => {
      if (dimension.kind === "category") return choiceDensity(own, count);
      const grid = Math.min(cells, count);
      return gridDensity(
        own.map((unit) => Math.min(grid - 1, Math.floor(unit * grid))),
        grid,
      );
    };
    const [alpha, beta] = [best.length / good, region.length / order.length];
    return ((alpha * alpha) / beta) * pearson(density(best), density(region));
  });
  const total = divergences.reduce((sum, one) => sum + one, 0);
  return total > 0 ? divergences.map((one) => one / total) : undefined;
}

/** Pearson's divergence Σ q (p/q − 1)². */
function pearson(p: Float64Array, q: Float64Array): number {
  return p.reduce((sum, own, k) => sum + q[k]! * (own / q[k]! - 1) ** 2, 0);
}

function standardErrors(
  parameters: readonly TreeParameter[],
  columns: readonly (readonly number[])[],
  trials: readonly Seen[],
  { good, samples, seed: own }: Settings,
): number[] {
  const random = new Generator(own).split("pedAnova");
  const found: (readonly number[])[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const draws = random.split(sample);
    // Trials are in the order of what they are worth, so that rising places are, too.
    const order = Int32Array.from(trials, () => draws.integer(trials.length)).sort();
    const one = shares(parameters, columns, trials, order, good);
    if (one !== undefined) found.push(one);
  }
  return parameters.map((_, place) => deviation(found.map((one) => one[place]!)));
}
