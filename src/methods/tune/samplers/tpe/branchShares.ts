import type { Generator } from "../../../../engine/random/generator.js";
import type { CategoryDimension, Point } from "../../space/dimensions.js";
import type { Seen } from "../sampler.js";

export interface BranchOptions {
  /** A branch is hopeless where even so many times what its last doubling gained would not lead. */
  readonly kappa: number;
  /** The share of a hopeless branch, of that of another. */
  readonly floor: number;
}

/** How many trials a branch must have had before it is judged. */
function enough(branch: { readonly dimensions: readonly unknown[] } | undefined): number {
  return Math.max(4, (branch?.dimensions.length ?? 0) + 1);
}

/**
 * Which branch comes next. The good set of a whole space starves branches that are slow to learn, so branches are not
 * decided by densities: one with too few trials comes first; the others have equal shares, but for those whose best,
 * improved `kappa` times by what their second half of trials gained, would still not lead.
 *
 * @param seen the trials in which the branches' parameter was active
 * @param running the same, that are being evaluated
 */
export function nextBranch(
  dimension: CategoryDimension,
  seen: readonly Seen[],
  running: readonly Point[],
  random: Generator,
  { kappa, floor }: BranchOptions,
): number {
  const own = Array.from({ length: dimension.count }, (_, branch) =>
    seen.filter(({ point }) => point.get(dimension.path) === branch),
  );
  const counts = own.map(
    (trials, branch) =>
      trials.length + running.filter((point) => point.get(dimension.path) === branch).length,
  );
  const few = [...counts.keys()].filter((branch) => counts[branch]! < enough(dimension.branches?.[branch]));
  if (few.length > 0)
    return few.reduce((least, branch) => (counts[branch]! < counts[least]! ? branch : least));
  const hopes = own.map(bestAndGain);
  const leader = Math.min(...hopes.map(({ best }) => best));
  const shares = hopes.map(({ best, gain }) => (best - kappa * gain <= leader ? 1 : floor));
  return random.categorical(shares);
}

function bestAndGain(trials: readonly Seen[]): { readonly best: number; readonly gain: number } {
  const losses = trials.map(({ state, loss }) =>
    state === "complete" && loss !== undefined && !Number.isNaN(loss) ? loss : Number.POSITIVE_INFINITY,
  );
  const half = Math.ceil(losses.length / 2);
  const first = Math.min(...losses.slice(0, half));
  const best = Math.min(...losses);
  const gain = first - best;
  return { best, gain: Number.isFinite(gain) ? gain : Number.isFinite(best) ? Number.POSITIVE_INFINITY : 0 };
}
