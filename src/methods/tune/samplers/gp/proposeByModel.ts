import type { Dimension, Level, Point } from "../../space/dimensions.js";
import { isFresh } from "../isNew.js";
import { drawAllowed } from "../random.js";
import type { Seen, Situation } from "../sampler.js";
import { Acquisition } from "./acquisition.js";
import { balancedPath } from "./balancedPath.js";
import { wholeBox } from "./box.js";
import { challengerPath } from "./challengerPath.js";
import { pointOfRow } from "./encoding.js";
import { isOn, type LeafPath, leafPathAt, leafPathCount, leafPathOf } from "./leafPaths.js";
import { maximizeAcquisition, type SearchOptions, type SearchSpace } from "./maximizeAcquisition.js";
import type { Model } from "./model.js";

export interface ProposalOptions extends SearchOptions {
  /** Whether the branches are those that a rule of equal shares gives, and not those of which most is expected. */
  readonly isBalanced: boolean;
}

/** So many leaf paths are searched at most: those with the best trials, and drawn ones. */
const mostPaths = 32;

/** Points around which others are drawn, of each path. */
const incumbentsOfPath = 4;

/** The point of which a model expects the largest improvement; `undefined` where every point that there is was tried. */
export function proposeByModel(
  situation: Situation,
  model: Model,
  options: ProposalOptions,
): Point | undefined {
  const { level, random } = situation;
  const fresh = isFresh(situation);
  const count = leafPathCount(level);
  const path = options.isBalanced ? sharedPath(situation, model, count) : undefined;
  if (path !== undefined) {
    const best = bestOnPath(situation, model, path);
    const found = search(situation, { ...model, best }, [path], fresh, options);
    if (found.point !== undefined) return found.point;
  }
  const paths = pathsOf(situation, count);
  const { point, areAll } = search(situation, model, paths, fresh, options);
  if (point !== undefined) return point;
  const drawn = drawAllowed(level, random.split("else"), fresh);
  // Nothing is left where all points of all paths were looked at.
  return areAll && paths.length === count && !fresh(drawn) ? undefined : drawn;
}

/** A part of the space that is given a trial whatever the model expects of it; `undefined` where none deserves it. */
function sharedPath(
  { level, seen, running, random }: Situation,
  { encoding, surrogate }: Model,
  count: number,
): LeafPath | undefined {
  const path = balancedPath(level, seen, running, random.split("balance"));
  const { inverseSquares } = surrogate.kernel.hyperparameters;
  const unlikeness = (dimension: Dimension): number =>
    inverseSquares[encoding.places.get(dimension.path) as number] as number;
  const part = challengerPath(path, seen, unlikeness, random.split("challenge"));
  return part ?? (count > 1 ? path : undefined);
}

/** The best point of some paths; where there is none, whether that is sure. */
function search(
  situation: Situation,
  model: Model,
  paths: readonly LeafPath[],
  fresh: (point: Point) => boolean,
  options: SearchOptions,
): { readonly point: Point | undefined; readonly areAll: boolean } {
  const space = searchSpace(situation, model, paths, fresh);
  const acquisition = new Acquisition(model.surrogate, model.best);
  const random = situation.random.split("search");
  const { row, areAll } = maximizeAcquisition(space, acquisition, random, options);
  return { point: row && pointOfRow(model.encoding, row), areAll };
}

/** The least target of a path's trials. */
function bestOnPath({ seen, noisy }: Situation, { surrogate, best }: Model, path: LeafPath): number {
  let least = Number.POSITIVE_INFINITY;
  seen.forEach(({ point }, i) => {
    if (!isOn(path, point)) return;
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
  { seen }: Situation,
  { encoding, surrogate }: Model,
  paths: readonly LeafPath[],
  fresh: (point: Point) => boolean,
): SearchSpace {
  const rows = new Map(seen.map(({ number }, place) => [number, surrogate.rows[place] as Float64Array]));
  const best = byLoss(seen).map(({ number, point }) => ({
    point,
    row: rows.get(number) as Float64Array,
  }));
  return {
    encoding,
    box: wholeBox(encoding.dimensions.length),
    paths,
    incumbents: paths.map((path) =>
      best
        .filter(({ point }) => isOn(path, point))
        .slice(0, incumbentsOfPath)
        .map(({ row }) => row),
    ),
    isAllowed: (row) => fresh(pointOfRow(encoding, row)),
  };
}
