import type { Generator } from "../../../../engine/random/generator.js";
import type { Dimension, Level, NumberDimension, Point } from "../../space/dimensions.js";
import { drawPoint } from "../random.js";
import { polynomialMutation } from "./polynomialMutation.js";

export interface MutationOptions {
  /** The probability that a parameter changes. Default: one of those that are active. */
  readonly mutation: number | undefined;
  readonly eta: number;
}

/**
 * A point with some of its parameters changed, at least one: a number by polynomial mutation, a category to another one, a
 * branch to another one that is drawn.
 */
export function mutate(
  level: Level,
  point: Point,
  { mutation, eta }: MutationOptions,
  random: Generator,
): Map<string, number> {
  const active = changeable(level, point);
  const mutated = new Map(point);
  if (active.length === 0) return mutated;
  const rate = mutation ?? 1 / active.length;
  const chosen = active.filter(() => random.uniform() < rate);
  if (chosen.length === 0) chosen.push(active[random.integer(active.length)]!);
  for (const dimension of chosen) {
    const value = mutated.get(dimension.path);
    // Gone with a branch that changed before.
    if (value === undefined) continue;
    if (dimension.kind === "number") {
      mutated.set(dimension.path, otherNumber(dimension, value, eta, random));
      continue;
    }
    const other = (value + 1 + random.integer(dimension.count - 1)) % dimension.count;
    mutated.set(dimension.path, other);
    if (dimension.branches === undefined) continue;
    forget(dimension.branches[value] as Level, mutated);
    drawPoint(dimension.branches[other] as Level, random.split(dimension.path), mutated);
  }
  return mutated;
}

/** The active parameters that have more than one value. */
function changeable(level: Level, point: Point): Dimension[] {
  return level.dimensions.flatMap((dimension) => {
    const own = dimension.count === 1 ? [] : [dimension];
    const chosen = point.get(dimension.path) as number;
    const branch = dimension.kind === "category" ? dimension.branches?.[chosen] : undefined;
    return branch === undefined ? own : [...own, ...changeable(branch, point)];
  });
}

function forget(level: Level, point: Map<string, number>): void {
  for (const dimension of level.dimensions) {
    const value = point.get(dimension.path);
    point.delete(dimension.path);
    const branch = dimension.kind === "category" ? dimension.branches?.[value as number] : undefined;
    if (branch !== undefined) forget(branch, point);
  }
}

function otherNumber(dimension: NumberDimension, value: number, eta: number, random: Generator): number {
  const { low, high, count } = dimension;
  const x = Math.min(1, Math.max(0, (dimension.coordinate(value) - low) / (high - low)));
  const moved = dimension.value(low + polynomialMutation(x, random.uniform(), eta) * (high - low));
  if (moved !== value || count === undefined) return moved;
  // Steps that are rounded away would leave the number as it is: to a neighbour then.
  const [from, to] = dimension.cell(value);
  const isUp = from <= low || (to < high && random.uniform() < 0.5);
  return dimension.value(isUp ? to + 1e-9 * (high - low) : from - 1e-9 * (high - low));
}
