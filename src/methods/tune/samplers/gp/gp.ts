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
   * Every so many trials the branches are those that a rule of equal shares gives, as in `tpe`, and not those of which most is
   * expected: these are the ones that were good at once. Default: 2.
   */
  readonly balanceEvery?: number | undefined;
}

const fields = {
  startup: optional(number({ min: 1, integer: true })),
  candidates: number({ default: 2048, min: 1, integer: true }),
  climbs: number({ default: 6, min: 0, integer: true }),
  balanceEvery: number({ default: 2, min: 1, integer: true }),
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
  const count = leafPathCount(level);
  if (count > 1 && number % settings.balanceEvery === settings.balanceEvery - 1) {
    const path = balancedPath(level, seen, running, random.split("balance"));
    const best = bestOnPath(situation, model, path);
    const found = search(situation, { ...model, best }, [path], isFresh, settings);
    if (found.point !== undefined) return found.point;
  }
  const paths = pathsOf(situation, count);
  const { point, areAll } = search(situation, model, paths, isFresh, settings);
  if (point !== undefined) return point;
  const drawn = drawAllowed(level, random.split("else"), isFresh);
  // Nothing is left where all points of all paths were looked at.
  return areAll && paths.length === count && !isFresh(drawn) ? undefined : drawn;
}

/** The best point of some paths; where there is none, whether that is sure. */
function search(
  situation: Situation,
  model: Model,
  paths: readonly LeafPath[],
  isFresh: (point: Point) => boolean,
  settings: Settings,
): { readonly point: Point | undefined; readonly areAll: boolean } {
  const space = searchSpace(situation, model, paths, isFresh);
  const acquisition = new Acquisition(model.surrogate, model.best);
  const random = situation.random.split("search");
  const { row, areAll } = maximizeAcquisition(space, acquisition, random, settings);
  return { point: row && pointOfRow(model.encoding, row), areAll };
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

/** The leaf paths among which the next point is looked for: all, or some of very many. */
function pathsOf({ level, seen, random }: Situation, count: number): LeafPath[] {
  if (count > mostPaths) return somePaths(level, seen, count, random.split("paths"));
  return Array.from({ length: count }, (_, index) => leafPathAt(level, index));
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
