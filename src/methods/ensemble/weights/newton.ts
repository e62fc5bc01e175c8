import { cholesky } from "./cholesky.js";
import { passiveSet, type Region } from "./passiveSet.js";

/** A smooth convex function of weights. */
export interface ConvexFunction {
  readonly size: number;
  value(weights: Float64Array): number;
  gradient(weights: Float64Array): Float64Array;
  /** `size` × `size`, row by row. */
  hessian(weights: Float64Array): Float64Array;
}

/** What {@link newtonWeights} came to. */
export interface NewtonResult {
  readonly weights: Float64Array;
  /** How far the value may be above the smallest at most: see {@link gapOf}. */
  readonly gap: number;
}

/** Added to the diagonal of second derivatives, as a part of its largest: equal and dependent columns pass. */
const ridge = 1e-12;
/** Stop where the gap is this part of the value. */
const enough = 1e-14;
const mostSteps = 200;
const rounding = 1e-15;

/**
 * The minimum of a smooth convex function over weights from 0, or on the simplex: Newton's steps, each the minimum of the
 * quadratic model over the same region, shortened until the value falls.
 *
 * @param start weights in the region
 */
export function newtonWeights(f: ConvexFunction, start: Float64Array, region: Region): NewtonResult {
  let weights = start;
  let value = f.value(weights);
  let gap = gapOf(f.gradient(weights), weights, region);
  for (let step = 0; step < mostSteps && gap > enough * (1 + Math.abs(value)); step++) {
    const next = lineSearch(f, weights, value, modelMinimum(f, weights, region));
    if (next === undefined) break;
    ({ weights, value } = next);
    gap = gapOf(f.gradient(weights), weights, region);
  }
  return { weights, gap };
}

/**
 * A bound on how far the value is above the smallest: on the simplex Frank and Wolfe's Σ a_l g_l − min g_l, which holds for
 * every convex function (Jaggi, "Revisiting Frank-Wolfe", 2013, eq. 2). Over weights from 0, which have no farthest point,
 * the same with the weights' own sum in the place of 1.
 */
export function gapOf(gradient: Float64Array, weights: Float64Array, region: Region): number {
  const along = gradient.reduce((sum, slope, index) => sum + slope * (weights[index] as number), 0);
  const least = Math.min(...gradient);
  if (region === "simplex") return Math.max(0, along - least);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Math.abs(along) + Math.max(0, -least) * Math.max(1, sum);
}

function modelMinimum(f: ConvexFunction, weights: Float64Array, region: Region): Float64Array {
  const { size } = f;
  const hessian = f.hessian(weights);
  const largest = Math.max(...Array.from({ length: size }, (_, i) => hessian[i * size + i] as number));
  for (let i = 0; i < size; i++) hessian[i * size + i] = (hessian[i * size + i] as number) + ridge * largest;
  const curved = times(hessian, weights);
  const linear = f.gradient(weights).map((slope, i) => slope - (curved[i] as number));
  return passiveSet(
    {
      size,
      gradient: (at) => times(hessian, at).map((value, i) => value + (linear[i] as number)),
      solve: (free) => solveModel(hessian, linear, free, region),
    },
    region,
  );
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const { length } = vector;
  return vector.map((_, row) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += (matrix[row * length + i] as number) * (vector[i] as number);
    return sum;
  });
}

/** The minimum of ½ aᵀHa + lᵀa over the free weights; on the simplex with Lagrange's multiplier for their sum. */
function solveModel(
  hessian: Float64Array,
  linear: Float64Array,
  free: readonly number[],
  region: Region,
): Float64Array | undefined {
  const size = linear.length;
  const part = free.map((row) => free.map((column) => hessian[row * size + column] as number));
  const against = cholesky(part);
  if (against === undefined) return undefined;
  const best = against(free.map((index) => -(linear[index] as number)));
  if (region === "orthant") return Float64Array.from(best);
  const direction = against(free.map(() => 1));
  const sum = (list: readonly number[]): number => list.reduce((total, value) => total + value, 0);
  const multiplier = (1 - sum(best)) / sum(direction);
  return Float64Array.from(best, (value, i) => value + multiplier * (direction[i] as number));
}

/** The weights on the way to `target` at which the value is no higher; `undefined` where there are none. */
function lineSearch(
  f: ConvexFunction,
  weights: Float64Array,
  value: number,
  target: Float64Array,
): { weights: Float64Array; value: number } | undefined {
  for (let share = 1; share > 1e-12; share /= 2) {
    const next = weights.map((weight, i) => weight + share * ((target[i] as number) - weight));
    const there = f.value(next);
    // Near the minimum the value is flat to its last digit, while the weights still come closer.
    if (there <= value + rounding * Math.abs(value)) {
      const moved = next.some((weight, i) => Math.abs(weight - (weights[i] as number)) > rounding);
      return moved ? { weights: next, value: there } : undefined;
    }
  }
  return undefined;
}
