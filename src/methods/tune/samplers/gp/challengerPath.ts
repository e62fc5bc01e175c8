import type { Generator } from "../../../../engine/random/generator.js";
import type { CategoryDimension, Dimension } from "../../space/dimensions.js";
import type { Seen } from "../sampler.js";
import { isOn, type LeafPath, withCategory } from "./leafPaths.js";

/** A value is hopeless where even so many times what its last doubling gained would not lead. */
const kappa = 4;
/** Categories of more values are not gone through. */
const mostValues = 12;

/**
 * The part of a path with one category set to a value that does not lead and may do so yet; `undefined` where there is none.
 * Numbers that are right for one category are often wrong for another (a step size for its optimizer), so that the first
 * trials of most look bad, and the model, of which those are all that it knows of them, expects nothing of more. So parameters
 * share trials by how unlike their values are (of alike ones the model knows from each other), and of a parameter's values
 * the least known comes first. (Measured on `mixed`, where equal shares left each optimizer too few to learn its step size.)
 *
 * @param unlikeness of a category's values, as the model has it
 */
export function challengerPath(
  path: LeafPath,
  seen: readonly Seen[],
  unlikeness: (dimension: Dimension) => number,
  random: Generator,
): LeafPath | undefined {
  const numbers = path.free.filter(({ kind, count }) => kind === "number" && count !== 1).length;
  if (numbers === 0) return undefined;
  const trials = seen.filter(({ point }) => isOn(path, point));
  const leader = leastOf(trials);
  const open = path.free
    .filter((dimension): dimension is CategoryDimension => isPlain(dimension))
    .map((dimension) => armsOf(dimension, trials, numbers).filter((arm) => mayLead(arm, leader)))
    .filter(({ length }) => length > 0);
  if (open.length === 0) return undefined;
  const shares = open.map(([first]) => unlikeness((first as Arm).dimension));
  const { dimension, value } = leastKnown(open[random.categorical(shares)] as Arm[], random);
  return withCategory(path, dimension, value);
}

function isPlain(dimension: Dimension): boolean {
  return dimension.kind === "category" && dimension.branches === undefined && dimension.count <= mostValues;
}

/** A value of a category. */
interface Arm {
  readonly dimension: CategoryDimension;
  readonly value: number;
  /** How many trials it had. */
  readonly count: number;
  readonly best: number;
  /** What the later half of them gained. */
  readonly gain: number;
}

function armsOf(dimension: CategoryDimension, trials: readonly Seen[], numbers: number): Arm[] {
  return Array.from({ length: dimension.count }, (_, value) => {
    const own = trials.filter(({ point }) => point.get(dimension.path) === value);
    // Fewer do not tell what numbers it wants.
    const later = Math.max(numbers + 1, Math.floor(own.length / 2));
    const best = leastOf(own);
    return { dimension, value, count: own.length, best, gain: leastOf(own.slice(0, -later)) - best };
  });
}

function mayLead({ best, gain }: Arm, leader: number): boolean {
  // Not a number where none of its trials gave one, nor what all had before.
  return best > leader && !(best - kappa * gain > leader);
}

function leastKnown(arms: readonly Arm[], random: Generator): Arm {
  const least = Math.min(...arms.map(({ count }) => count));
  const few = arms.filter(({ count }) => count === least);
  return few[random.integer(few.length)] as Arm;
}

function leastOf(trials: readonly Seen[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const trial of trials) least = Math.min(least, lossOf(trial));
  return least;
}

function lossOf({ state, loss }: Seen): number {
  return state === "complete" && loss !== undefined && Number.isFinite(loss)
    ? loss
    : Number.POSITIVE_INFINITY;
}

/** So many trials that gained next to nothing tell that a place is exhausted. */
const patience = 8;
/** No gain is less than this share of the distance from the median to the best. */
const leastGain = 0.01;

/**
 * Whether a trial is for a part of the space that is to have its share, and not where most is expected: every so many, and
 * three of four where the last ones gained next to nothing.
 */
export function isForShares(turn: number, every: number, seen: readonly Seen[]): boolean {
  if (turn % every === every - 1) return true;
  if (turn % 4 === 0 || seen.length <= patience) return false;
  const sorted = seen.map(lossOf).filter(Number.isFinite);
  sorted.sort((a, b) => a - b);
  const best = sorted[0] ?? 0;
  const middle = sorted[Math.floor(sorted.length / 2)] ?? best;
  return leastOf(seen.slice(0, -patience)) - best <= leastGain * (middle - best);
}
