import { type FieldsOf, number, optional, type ReadOf, readOptions } from "../../../../engine/options.js";
import { configOf } from "../../../../nn/config/config.js";
import type { Level, Point } from "../../space/dimensions.js";
import { pointKey } from "../../space/pointKey.js";
import { drawAllowed } from "../random.js";
import type { Sampler, Seen, Situation } from "../sampler.js";
import { Acquisition } from "./acquisition.js";
import { balancedPath } from "./balancedPath.js";
import { pointOfRow } from "./encoding.js";
import { type LeafPath, leafPathAt, leafPathCount, leafPathOf } from "./leafPaths.js";
import { maximizeAcquisition, type SearchSpace } from "./maximizeAcquisition.js";
import { type Model, Modeller } from "./model.js";
import { startupFor, startupPoint } from "./startupPoint.js";

export interface GpOptions {
  /**
   * Trials by a scrambled Sobol sequence, going round the branches, before anything is learnt. Default: 8, or the power of two
   * that lets all combinations of branches come twice, up to 32.
   */
  readonly startup?: number | undefined;
  /** Points at which the expected improvement is looked at before the best are climbed from. Default: 2048. */
  readonly candidates?: number | undefined;
  /** How many of the best are climbed from. Default: 6. */
  readonly climbs?: number | undefined;
  /**
   * Every so many trials a combination of branches comes that is chosen by equal shares, for those that may still lead.
   * Default: 2.
   */
  readonly balanceEvery?: number | undefined;
  /** Every so many trials the combination of branches comes that was tried least. Default: 10. */
  readonly leastTriedEvery?: number | undefined;
}

const fields = {
  startup: optional(number({ min: 1, integer: true })),
  candidates: number({ default: 2048, min: 1, integer: true }),
  climbs: number({ default: 6, min: 0, integer: true }),
  balanceEvery: number({ default: 2, min: 1, integer: true }),
  leastTriedEvery: number({ default: 10, min: 1, integer: true }),
} satisfies FieldsOf<GpOptions>;

type Settings = ReadOf<typeof fields>;

/** So many leaf paths are searched at most: those with the best trials, and drawn ones. */
const mostPaths = 32;

/** Points around which others are drawn, of each path. */
const incumbentsOfPath = 4;

/**
 * A Gaussian process over the active parameters, and the point of which it expects the largest improvement (by the logarithm:
 * Ament et al. 2023): for objectives that are dear, up to some hundreds of trials. Branches are compared by the parameters that
 * they share; values that are worse than the median are compressed. Points that are being evaluated are taken to give what is
 * expected of them, failed ones as much as the worst. No point is tried twice, unless values are noisy.
 */
export function gp(options: GpOptions = {}): Sampler {
  const settings = readOptions("gp", options, fields);
  const modeller = new Modeller();
  return {
    name: "gp",
    config: configOf(settings),
    propose: (situation) => propose(situation, modeller, settings),
  };
}

function propose(situation: Situation, modeller: Modeller, settings: Settings): Point | undefined {
  const { level, seen, running, random, noisy, allows, number } = situation;
  const known = new Set([...seen.map(({ point }) => pointKey(point)), ...running.map(pointKey)]);
  const isNew = (point: Point): boolean => allows(point) && !known.has(pointKey(point));
  const startup = settings.startup ?? startupFor(level);
  if (seen.length < startup) {
    const point = startupPoint(situation, isNew);
    if (point !== undefined) return point;
  }
  const isFresh = noisy ? allows : isNew;
  const model = modeller.model(level, seen, running, noisy);
  if (model === undefined) return startupPoint(situation, isNew) ?? drawAllowed(level, random, isFresh);
  const isBalanced = leafPathCount(level) > 1 && number % settings.balanceEvery === settings.balanceEvery - 1;
  const paths = isBalanced
    ? [balancedPath(level, seen, running, random.split("balance"))]
    : pathsOf(situation, settings);
  const space = searchSpace(situation, model, paths, isFresh);
  const bestHere = isBalanced ? bestOnPath(situation, model, paths[0]!) : model.best;
  const acquisition = new Acquisition(model.surrogate, bestHere);
  const { row, areAll } = maximizeAcquisition(space, acquisition, random.split("search"), settings);
  if (row !== undefined) return pointOfRow(model.encoding, row);
  const drawn = drawAllowed(level, random.split("else"), isFresh);
  // Nothing is left where all points of all paths were looked at.
  return areAll && paths.length === leafPathCount(level) && !isFresh(drawn) ? undefined : drawn;
}

/** The least target of a path's trials. */
function bestOnPath({ level, seen, noisy }: Situation, { surrogate, best }: Model, path: LeafPath): number {
  let least = Number.POSITIVE_INFINITY;
  seen.forEach(({ point }, i) => {
    if (leafPathOf(level, point).key !== path.key) return;
    const own = noisy ? surrogate.mean(surrogate.rows[i] as Float64Array) : surrogate.targets[i]!;
    least = Math.min(least, own);
  });
  return Number.isFinite(least) ? least : best;
}

/** The leaf paths among which the next point is looked for. */
function pathsOf({ level, seen, running, number, random }: Situation, settings: Settings): LeafPath[] {
  const count = leafPathCount(level);
  const all =
    count <= mostPaths
      ? Array.from({ length: count }, (_, index) => leafPathAt(level, index))
      : somePaths(level, seen, count, random.split("paths"));
  if (count === 1 || number % settings.leastTriedEvery !== settings.leastTriedEvery - 1) return all;
  const tried = new Map<string, number>();
  for (const point of [...seen.map((trial) => trial.point), ...running]) {
    const { key } = leafPathOf(level, point);
    tried.set(key, (tried.get(key) ?? 0) + 1);
  }
  const least = Math.min(...all.map(({ key }) => tried.get(key) ?? 0));
  return all.filter(({ key }) => (tried.get(key) ?? 0) === least);
}

function somePaths(
  level: Level,
  seen: readonly Seen[],
  count: number,
  random: Situation["random"],
): LeafPath[] {
  const paths = new Map<string, LeafPath>();
  for (const { point } of byLoss(seen)) {
    if (paths.size >= mostPaths / 2) break;
    const path = leafPathOf(level, point);
    paths.set(path.key, path);
  }
  for (let draw = 0; draw < mostPaths / 2; draw++) {
    const path = leafPathAt(level, random.integer(Math.min(count, 2 ** 50)));
    paths.set(path.key, path);
  }
  return [...paths.values()];
}

/** Complete trials, the best first. */
function byLoss(seen: readonly Seen[]): Seen[] {
  return seen
    .filter(({ state, loss }) => state === "complete" && Number.isFinite(loss))
    .sort((a, b) => (a.loss as number) - (b.loss as number) || a.number - b.number);
}

function searchSpace(
  { level, seen }: Situation,
  { encoding, surrogate }: Model,
  paths: readonly LeafPath[],
  isFresh: (point: Point) => boolean,
): SearchSpace {
  const rows = new Map(seen.map(({ number }, place) => [number, surrogate.rows[place] as Float64Array]));
  const best = byLoss(seen).map(({ number, point }) => ({
    key: leafPathOf(level, point).key,
    row: rows.get(number) as Float64Array,
  }));
  return {
    encoding,
    paths,
    incumbents: paths.map((path) =>
      best
        .filter(({ key }) => key === path.key)
        .slice(0, incumbentsOfPath)
        .map(({ row }) => row),
    ),
    isAllowed: (row) => isFresh(pointOfRow(encoding, row)),
  };
}
