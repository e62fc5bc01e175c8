import { dot } from "../../learners/linear/dot.js";
import { cholesky } from "./cholesky.js";
import type { Columns } from "./leastSquares.js";

/** What {@link absoluteErrorWeights} came to. */
export interface AbsoluteErrorWeights {
  readonly weights: Float64Array;
  readonly value: number;
  /** How far the value may be above the smallest at most: what it is above a value that no weights go below. */
  readonly gap: number;
}

const mostSteps = 100;
/** How much of the way to the nearest bound a step goes. */
const within = 0.995;
const enough = 1e-12;
const ridge = 1e-13;

/** Weights a with residuals u − v, and multipliers: s of the residuals within their bounds, `level` of the sum. */
interface State {
  readonly a: Float64Array;
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly s: Float64Array;
  readonly level: number;
}

/**
 * Weights on the simplex with the smallest Σ c_i |Σ a_l column_l − target|_i: a linear program, solved by an interior
 * point method that follows primal and dual together (Mehrotra 1992; Wright, "Primal-dual interior-point methods", 1997,
 * chapter 10). An absolute value has no slope at 0, where the best weights have many residuals, so descents stall there.
 *
 * Any s with |s_i| ≤ c_i bounds the smallest value from below by min_l Σ_i s_i (column_li − target_i), which is the gap.
 *
 * @param costs c, from 0
 */
export function absoluteErrorWeights(
  columns: Columns,
  target: Float64Array,
  costs: Float64Array,
): AbsoluteErrorWeights {
  // What costs nothing leaves its multiplier no room, and has no say.
  const counts = (values: Float64Array): Float64Array => values.filter((_, i) => (costs[i] as number) > 0);
  return follow(columns.map(counts), counts(target), counts(costs));
}

function follow(columns: Columns, target: Float64Array, costs: Float64Array): AbsoluteErrorWeights {
  let state = start(columns, target, costs);
  let best = outcome(columns, target, costs, state);
  for (let step = 0; step < mostSteps && best.gap > enough * (1 + best.value); step++) {
    const next = advance(columns, target, costs, state);
    if (next === undefined) break;
    state = next;
    const here = outcome(columns, target, costs, state);
    if (!Number.isFinite(here.gap)) break;
    if (here.gap < best.gap) best = here;
  }
  return best;
}

function start(columns: Columns, target: Float64Array, costs: Float64Array): State {
  const a = new Float64Array(columns.length).fill(1 / columns.length);
  const rest = residuals(columns, target, a);
  const scale = rest.reduce((sum, value) => sum + Math.abs(value), 0) / rest.length + 1e-12;
  const u = rest.map((value) => Math.max(value, 0) + scale);
  const v = rest.map((value) => Math.max(-value, 0) + scale);
  const largest = costs.reduce((most, cost) => Math.max(most, cost), 0);
  // Inside the bounds: s = 0, and a level below every column's.
  return { a, u, v, s: new Float64Array(target.length), level: -scale * largest * target.length };
}

/** Weights made to sum 1, their value, and the bound that the multipliers give. */
function outcome(
  columns: Columns,
  target: Float64Array,
  costs: Float64Array,
  { a, s }: State,
): AbsoluteErrorWeights {
  const total = a.reduce((sum, weight) => sum + weight, 0);
  // What the path has pressed against 0 is 0.
  const kept = a.map((weight) => (weight / total < 1e-13 ? 0 : weight));
  const sum = kept.reduce((all, weight) => all + weight, 0);
  const weights = kept.map((weight) => weight / sum);
  const rest = residuals(columns, target, weights);
  const value = rest.reduce((all, residual, i) => all + (costs[i] as number) * Math.abs(residual), 0);
  const bounds = columns.map((column) =>
    column.reduce((all, x, i) => all + (s[i] as number) * (x - (target[i] as number)), 0),
  );
  return { weights, value, gap: Math.max(0, value - Math.min(...bounds)) };
}

function residuals(columns: Columns, target: Float64Array, a: Float64Array): Float64Array {
  return target.map((wanted, i) => {
    let sum = -wanted;
    for (const [l, column] of columns.entries()) sum += (a[l] as number) * (column[i] as number);
    return sum;
  });
}

/** One step along Newton's direction towards a tenth of the mean product, as far as bounds let it. */
function advance(
  columns: Columns,
  target: Float64Array,
  costs: Float64Array,
  state: State,
): State | undefined {
  const { a, u, v, s, level } = state;
  const p = costs.map((cost, i) => cost - (s[i] as number));
  const q = costs.map((cost, i) => cost + (s[i] as number));
  const d = Float64Array.from(columns, (column) => dot(column, s) - level);
  const products = dot(a, d) + dot(u, p) + dot(v, q);
  const mu = (0.1 * products) / (a.length + 2 * u.length);
  const move = direction(columns, target, { ...state, p, q, d }, mu);
  if (move === undefined) return undefined;
  const primal = Math.min(stepTo(a, move.a), stepTo(u, move.u), stepTo(v, move.v));
  const minus = move.s.map((value) => -value);
  const dual = Math.min(stepTo(p, minus), stepTo(q, move.s), stepTo(d, move.d));
  const along = (from: Float64Array, by: Float64Array, share: number): Float64Array =>
    from.map((value, i) => value + share * (by[i] as number));
  return {
    a: along(a, move.a, primal),
    u: along(u, move.u, primal),
    v: along(v, move.v, primal),
    s: along(s, move.s, dual),
    level: level + dual * move.level,
  };
}

interface Slacks extends State {
  readonly p: Float64Array;
  readonly q: Float64Array;
  readonly d: Float64Array;
}

/** Newton's direction: with everything else put in, a system of as many equations as there are columns. */
function direction(
  columns: Columns,
  target: Float64Array,
  { a, u, v, p, q, d }: Slacks,
  mu: number,
): (State & { readonly d: Float64Array }) | undefined {
  const at = (values: Float64Array, i: number): number => values[i] as number;
  const rest = residuals(columns, target, a);
  const weight = target.map((_, i) => 1 / (at(u, i) / at(p, i) + at(v, i) / at(q, i)));
  const wanted = target.map(
    (_, i) => at(u, i) - at(v, i) - at(rest, i) + (mu / at(p, i) - at(u, i)) - (mu / at(q, i) - at(v, i)),
  );
  const scaled = columns.map((column) => column.map((x, i) => x * at(weight, i)));
  const matrix = scaled.map((own, l) =>
    columns.map((column, m) => dot(own, column) + (l === m ? at(d, l) / at(a, l) : 0)),
  );
  const solve = scaledCholesky(matrix);
  if (solve === undefined) return undefined;
  const right = scaled.map((own, l) => mu / at(a, l) - at(d, l) + dot(own, wanted));
  const [plain, ones] = [solve(right), solve(columns.map(() => 1))];
  const total = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0);
  const missing = 1 - a.reduce((sum, value) => sum + value, 0);
  const level = (missing - total(plain)) / total(ones);
  const moveA = Float64Array.from(plain, (value, l) => value + level * (ones[l] as number));
  const moved = target.map((_, i) =>
    columns.reduce((sum, column, l) => sum + at(column, i) * at(moveA, l), 0),
  );
  const moveS = weight.map((value, i) => value * (at(moved, i) - at(wanted, i)));
  return {
    a: moveA,
    s: moveS,
    level,
    u: u.map((value, i) => mu / at(p, i) - value + (value * at(moveS, i)) / at(p, i)),
    v: v.map((value, i) => mu / at(q, i) - value - (value * at(moveS, i)) / at(q, i)),
    d: Float64Array.from(columns, (column) => dot(column, moveS) - level),
  };
}

/** A system with its diagonal at 1, and a little more: near the end its entries lie many powers of ten apart. */
function scaledCholesky(matrix: readonly (readonly number[])[]): ReturnType<typeof cholesky> {
  const scale = matrix.map((line, l) => 1 / Math.sqrt(line[l] as number));
  const solve = cholesky(
    matrix.map((line, l) =>
      line.map((entry, m) => entry * (scale[l] as number) * (scale[m] as number) + (l === m ? ridge : 0)),
    ),
  );
  const times = (list: readonly number[]): number[] => list.map((value, l) => value * (scale[l] as number));
  return solve && ((right) => times(solve(times(right))));
}

/** How far along a direction nothing falls to 0; 1 at most. */
function stepTo(from: Float64Array, by: Float64Array): number {
  let share = 1 / within;
  by.forEach((change, i) => {
    if (change < 0) share = Math.min(share, -(from[i] as number) / change);
  });
  return within * share;
}
