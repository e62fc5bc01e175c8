import type { Generator } from "../../../../engine/random/generator.js";
import type { Acquisition } from "./acquisition.js";
import type { Box } from "./box.js";
import { nearCandidates, spreadCandidates } from "./candidates.js";
import { type Encoding, manyRows } from "./encoding.js";
import type { LeafPath } from "./leafPaths.js";
import { climb, type Scored } from "./localSearch.js";

export interface SearchOptions {
  /** Points spread over all paths; at least {@link fewest} over each. */
  readonly candidates: number;
  /** How many of the best are climbed from. */
  readonly climbs: number;
}

/** What is searched: rows of some paths, on which some rows were seen. */
export interface SearchSpace {
  readonly encoding: Encoding;
  readonly box: Box;
  readonly paths: readonly LeafPath[];
  /** The best rows seen of each path, the best first. */
  readonly incumbents: readonly (readonly Float64Array[])[];
  /** Whether a row may be proposed. */
  readonly isAllowed: (row: Float64Array) => boolean;
}

const fewest = 64;
/** Points drawn around each incumbent. */
const near = 32;
/** Kept of the spread points of each path, and of those around its incumbents. */
const keptOfPath = 3;

/** The best row that may be proposed; `undefined` where there is none, with whether that is sure. */
export function maximizeAcquisition(
  space: SearchSpace,
  acquisition: Acquisition,
  random: Generator,
  { candidates, climbs }: SearchOptions,
): { readonly row: Float64Array | undefined; readonly areAll: boolean } {
  const { encoding, box, paths } = space;
  const each = Math.max(fewest, Math.ceil(candidates / paths.length));
  let areAll = true;
  const found = paths.flatMap((path, p) => {
    const own = random.split(path.key);
    const spread = spreadCandidates(encoding, path, box, each, own.split("spread"));
    areAll &&= spread.areAll;
    const kept = bestOf(space, acquisition, spread.rows, keptOfPath);
    if (!spread.areAll) kept.push(...nearBest(space, acquisition, p, own.split("near")));
    return kept.map((scored) => ({ path, scored, isFinal: spread.areAll }));
  });
  found.sort((a, b) => b.scored.score - a.scored.score);
  let best: Scored | undefined = found[0]?.scored;
  for (const { path, scored, isFinal } of found.slice(0, climbs)) {
    const climbed = isFinal ? scored : climb(space, path, acquisition, scored);
    const isBetter = best === undefined || climbed.score > best.score;
    if (isBetter && space.isAllowed(climbed.row)) best = climbed;
  }
  return { row: best?.row, areAll };
}

function nearBest(space: SearchSpace, acquisition: Acquisition, p: number, random: Generator): Scored[] {
  const { encoding, box, paths, incumbents } = space;
  const { inverseSquares } = acquisition.surrogate.kernel.hyperparameters;
  const rows = (incumbents[p] ?? []).flatMap((row, i) =>
    nearCandidates(encoding, paths[p] as LeafPath, box, row, inverseSquares, near, random.split(i)),
  );
  return bestOf(space, acquisition, rows, keptOfPath);
}

/** The best few, the best first. */
function bestOf(
  { isAllowed }: SearchSpace,
  acquisition: Acquisition,
  rows: readonly Float64Array[],
  count: number,
): Scored[] {
  const best: Scored[] = [];
  const { surrogate } = acquisition;
  const covariances = manyRows(rows.length, surrogate.rows.length);
  const bounds = Float64Array.from(rows, (row, i) =>
    acquisition.boundOf(surrogate.covariances(row, covariances[i])),
  );
  // Those first that promise most: soon none of the others can be among the best.
  const order = [...bounds.keys()].sort((a, b) => bounds[b]! - bounds[a]! || a - b);
  for (const place of order) {
    const row = rows[place] as Float64Array;
    const least = best.length < count ? Number.NEGATIVE_INFINITY : (best[count - 1] as Scored).score;
    if (bounds[place]! <= least) break;
    const score = acquisition.valueOf(covariances[place] as Float64Array, least);
    if (!(score > least) || !isAllowed(row)) continue;
    let rank = best.length;
    while (rank > 0 && (best[rank - 1] as Scored).score < score) rank--;
    best.splice(rank, 0, { row, score });
    best.length = Math.min(best.length, count);
  }
  return best;
}
