import type { Generator } from "../../../../engine/random/generator.js";
import type { CategoryDimension, Dimension } from "../../space/dimensions.js";
import type { Seen } from "../sampler.js";
import { isOn, type LeafPath, withCategory } from "./leafPaths.js";
import { leastOf, mayLead, type Standing, standingOf } from "./standing.js";

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
interface Arm extends Standing {
  readonly dimension: CategoryDimension;
  readonly value: number;
}

function armsOf(dimension: CategoryDimension, trials: readonly Seen[], numbers: number): Arm[] {
  return Array.from({ length: dimension.count }, (_, value) => {
    const own = trials.filter(({ point }) => point.get(dimension.path) === value);
    return { dimension, value, ...standingOf(own, numbers) };
  });
}

function leastKnown(arms: readonly Arm[], random: Generator): Arm {
  const least = Math.min(...arms.map(({ count }) => count));
  const few = arms.filter(({ count }) => count === least);
  return few[random.integer(few.length)] as Arm;
}
