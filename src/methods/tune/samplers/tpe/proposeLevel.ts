import type { Generator } from "../../../../engine/random/generator.js";
import type { CategoryDimension, Dimension, Level, Point } from "../../space/dimensions.js";
import { drawOne } from "../random.js";
import type { Seen } from "../sampler.js";
import { type BranchOptions, nextBranch } from "./branchShares.js";
import { Mixture } from "./mixture.js";
import { ageWeights, splitOf } from "./split.js";

export interface LevelOptions extends BranchOptions {
  readonly candidates: number;
  /** Of a running trial in the set of bad ones. */
  readonly runningWeight: number;
}

/** Fewer trials say nothing of a level. */
const least = 4;

/**
 * A value for every parameter of a level and of the branches that are chosen in it, from the trials in which the level was
 * active; recursively, each branch from its own.
 */
export function proposeLevel(
  level: Level,
  seen: readonly Seen[],
  running: readonly Point[],
  random: Generator,
  options: LevelOptions,
  into: Map<string, number>,
): void {
  if (level.dimensions.length === 0) return;
  const forks = level.dimensions.filter(
    (dimension): dimension is CategoryDimension =>
      dimension.kind === "category" && dimension.branches !== undefined,
  );
  const own = random.split(level.path);
  let [trials, going] = [seen, running];
  const fixed = new Map<string, number>();
  for (const fork of forks) {
    const branch = nextBranch(fork, trials, going, own.split(fork.path), options);
    fixed.set(fork.path, branch);
    into.set(fork.path, branch);
    trials = trials.filter(({ point }) => point.get(fork.path) === branch);
    going = going.filter((point) => point.get(fork.path) === branch);
  }
  const free = level.dimensions.filter(({ path }) => !fixed.has(path));
  const values = proposeValues(free, trials, going, own.split("values"), options);
  for (const [place, { path }] of free.entries()) into.set(path, values[place] as number);
  for (const fork of forks) {
    const branch = fixed.get(fork.path) as number;
    const inner = fork.branches?.[branch];
    const here = (point: Point): boolean => point.get(fork.path) === branch;
    if (inner === undefined) continue;
    const innerSeen = seen.filter(({ point }) => here(point));
    proposeLevel(inner, innerSeen, running.filter(here), random, options, into);
  }
}

/** The candidate that is likeliest among good trials and least so among bad ones. */
function proposeValues(
  dimensions: readonly Dimension[],
  seen: readonly Seen[],
  running: readonly Point[],
  random: Generator,
  { candidates, runningWeight }: LevelOptions,
): readonly number[] {
  if (dimensions.length === 0) return [];
  if (seen.length < least)
    return dimensions.map((dimension) => drawOne(dimension, random.split(dimension.path)));
  const { good, bad } = splitOf(seen, 2);
  // Finer than a hundredth only where there is enough to see it by.
  const kernel = { most: seen.length < 100 ? 100 : Math.min(1000, seen.length) };
  const points = (trials: readonly Seen[]): Point[] => trials.map(({ point }) => point);
  const likely = new Mixture(dimensions, points(good), ageWeights(good.length), kernel);
  const weights = [...ageWeights(bad.length), ...running.map(() => runningWeight)];
  const unlikely = new Mixture(dimensions, [...points(bad), ...running], weights, kernel);
  let best: { readonly values: readonly number[]; readonly score: number } | undefined;
  for (let candidate = 0; candidate < candidates; candidate++) {
    const values = likely.sample(random);
    const score = likely.logDensity(values) - unlikely.logDensity(values);
    if (best === undefined || score > best.score) best = { values, score };
  }
  return best?.values ?? [];
}
