import {
  type FieldsOf,
  flag,
  number,
  oneOf,
  type ReadOf,
  readOptions,
  seed,
} from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { ranksOf } from "../../numerics/ranks.js";
import { quantile } from "../numerics/quantile.js";
import type { Seen } from "../samplers/sampler.js";
import type { Level } from "../space/dimensions.js";
import { deviation } from "./deviation.js";
import { jointChance, mainVariance, momentsOf, pairVariance } from "./marginals.js";
import { normalized, type ParameterImportance } from "./parameterImportance.js";
import { type Column, growTree } from "./regressionTree.js";
import { activeShare, coordinateOf, type TreeParameter, treeParameters } from "./treeParameters.js";

export interface FanovaOptions {
  /** Trees of the forest, from 1. Default: 64. */
  readonly trees?: number | undefined;
  /** Whether interactions of pairs are told, too. Default: false. */
  readonly pairs?: boolean | undefined;
  /**
   * What the forest learns: values with those above the median taken for it (`capped`), their ranks (`ranks`), both with pruned
   * and failed trials as the worst; or the values of complete trials as they are (`raw`). Default: `capped`, so that what
   * matters among good trials is told.
   */
  readonly values?: "capped" | "ranks" | "raw" | undefined;
  /** Of the samples that trees are grown from. Default: 0. */
  readonly seed?: number | undefined;
}

const fields = {
  trees: number({ default: 64, min: 1, integer: true }),
  pairs: flag(false),
  values: oneOf(["capped", "ranks", "raw"], "capped"),
  seed: seed(),
} satisfies FieldsOf<FanovaOptions>;

/** Fewer trials cannot be divided usefully. */
const least = 4;

/** A tree is grown from so many trials at most: pairs cost the square of their number. */
const mostRows = 1000;

/** One or two parameters, by place. */
type Subject = readonly [first: number, second?: number];

/**
 * The share of the variance that each parameter makes (functional ANOVA: Hutter, Hoos and Leyton-Brown 2014), of a random
 * forest that has learnt the trials' values. Ranges are weighed on the scale on which they are searched, branches equally. A
 * parameter of a branch has its share within the branch, times how likely that is; differences between branches are the
 * branch's.
 *
 * @returns shares, the largest first; standard errors are deviations between trees, each of a sample of the trials. All are 0,
 *   with the reason, where fewer than four trials are complete, or all have the same value; with fewer than four for each
 *   parameter the reason says that the shares are noise
 * @throws ImagoError on unknown options, and on numbers out of their range
 */
export function fanova(
  level: Level,
  seen: readonly Seen[],
  options: FanovaOptions = {},
): ParameterImportance[] {
  const settings = readOptions("fanova", options, fields);
  const parameters = treeParameters(level);
  const { trials, targets } = learnt(seen, settings.values);
  const subjects = subjectsOf(parameters, settings.pairs);
  const nothing = reasonOf(seen, targets);
  const shares =
    nothing === undefined ? forestShares(level, parameters, trials, targets, subjects, settings) : [];
  const few =
    trials.length < 4 * parameters.length
      ? `${trials.length} trials for ${parameters.length} parameters: with fewer than four for each the shares are noise`
      : undefined;
  const reason = nothing ?? (shares.length === 0 ? "the forest has found no differences" : few);
  const points = seen.map(({ point }) => point);
  return normalized(
    subjects.map(([first, second], subject) => {
      const own = shares.map((one) => one[subject]!);
      const both = second === undefined ? [parameters[first]!] : [parameters[first]!, parameters[second]!];
      return {
        path: both[0]!.dimension.path,
        with: both[1]?.dimension.path,
        importance: own.reduce((sum, share) => sum + share, 0) / Math.max(1, own.length),
        standardError: deviation(own),
        active: activeShare(points, both),
        reason,
      };
    }),
  );
}

/** What the forest learns, and of which trials. */
function learnt(
  seen: readonly Seen[],
  values: "capped" | "ranks" | "raw",
): { readonly trials: readonly Seen[]; readonly targets: Float64Array } {
  const isKnown = ({ state, loss }: Seen): boolean => state === "complete" && Number.isFinite(loss);
  const trials = values === "raw" ? seen.filter(isKnown) : seen;
  const losses = trials.map((trial) => (isKnown(trial) ? (trial.loss as number) : Number.POSITIVE_INFINITY));
  if (values === "raw") return { trials, targets: Float64Array.from(losses) };
  if (values === "ranks") return { trials, targets: ranksOf(losses) };
  const sorted = losses.filter(Number.isFinite).sort((a, b) => a - b);
  const cap = sorted.length === 0 ? 0 : quantile(sorted, 0.5);
  return { trials, targets: Float64Array.from(losses, (loss) => Math.min(cap, loss)) };
}

function reasonOf(seen: readonly Seen[], targets: Float64Array): string | undefined {
  const complete = seen.filter(({ state, loss }) => state === "complete" && Number.isFinite(loss)).length;
  if (complete === 0) return "no trial is complete";
  if (complete < least) return `${complete} trials are complete: ${least} are the least`;
  return targets.every((target) => target === targets[0]) ? "all trials have the same value" : undefined;
}

function subjectsOf(parameters: readonly TreeParameter[], pairs: boolean): Subject[] {
  const mains: Subject[] = parameters.map((_, place) => [place]);
  if (!pairs) return mains;
  const together = parameters.flatMap((_, first) =>
    parameters
      .map((_, second): Subject => [first, second])
      .filter(([, second]) => second! > first && jointChance(parameters, first, second!) > 0),
  );
  return [...mains, ...together];
}

/** For each tree that has found differences the shares of the variance. */
function forestShares(
  level: Level,
  parameters: readonly TreeParameter[],
  trials: readonly Seen[],
  targets: Float64Array,
  subjects: readonly Subject[],
  { trees, seed: own }: ReadOf<typeof fields>,
): number[][] {
  const columns = parameters.map(
    (parameter): Column => ({
      values: Float64Array.from(trials, ({ point }) => coordinateOf(parameter, point)),
      count: parameter.dimension.kind === "category" ? parameter.dimension.count : undefined,
    }),
  );
  const places = new Map(parameters.map(({ dimension }, place) => [dimension.path, place]));
  const random = new Generator(own).split("fanova");
  return Array.from({ length: trees }, (_, number) => {
    const draws = random.split(number);
    const length = Math.min(mostRows, trials.length);
    const sample = Int32Array.from({ length }, () => draws.integer(trials.length));
    const leaves = growTree(columns, targets, sample, draws.split("columns"));
    const tree = { level, parameters, places, leaves };
    const { variance } = momentsOf(tree);
    if (variance === 0) return [];
    return subjects.map(
      ([first, second]) =>
        (second === undefined ? mainVariance(tree, first) : pairVariance(tree, first, second)) / variance,
    );
  }).filter((shares) => shares.length > 0);
}
