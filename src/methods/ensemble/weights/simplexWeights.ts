import { ImagoError } from "../../../engine/errors.js";
import { callable, type FieldsOf, number, numbers, optional, readOptions } from "../../../engine/options.js";
import { type Descent, exponentiatedStep } from "./exponentiatedGradient.js";
import { type ConvexFunction, gapOf, newtonWeights } from "./newton.js";

/** A convex function of weights, to be made small. */
export interface WeightFunction {
  /** How many weights there are. */
  readonly size: number;
  readonly value: (weights: Float64Array) => number;
  /** `[size]`: the derivative by each weight. */
  readonly gradient: (weights: Float64Array) => ArrayLike<number>;
  /** `[size × size]`, row by row: second derivatives. Default: differences of the gradient. */
  readonly hessian?: ((weights: Float64Array) => Float64Array) | undefined;
}

const functionFields = {
  size: number({ min: 1, integer: true }),
  value: callable<WeightFunction["value"]>(),
  gradient: callable<WeightFunction["gradient"]>(),
  hessian: optional(callable<NonNullable<WeightFunction["hessian"]>>()),
} satisfies FieldsOf<WeightFunction>;

export interface SimplexWeightsOptions {
  /** Where to begin; divided by their sum. Those that are 0 may stay so. Default: all alike. */
  readonly start?: readonly number[] | undefined;
  /** Ends where the gap is at most this part of 1 + |value|. Default: 1e-10. */
  readonly tolerance?: number | undefined;
  /** Rounds of at most ten steps of exponentiated gradient and 200 of Newton's. Default: 50. */
  readonly rounds?: number | undefined;
}

const fields = {
  start: optional(numbers({ min: 0 })),
  tolerance: number({ default: 1e-10, above: 0 }),
  rounds: number({ default: 50, min: 1, integer: true }),
} satisfies FieldsOf<SimplexWeightsOptions>;

export interface SimplexWeights {
  /** From 0, of the sum 1. */
  readonly weights: Float64Array;
  readonly value: number;
  /** How far the value may be above the smallest at most: Σ a_l g_l − min g_l (Frank and Wolfe). */
  readonly gap: number;
  /** Whether the gap is within the tolerance. A function with kinks may have a smallest value where its gap is not. */
  readonly converged: boolean;
}

const stepsInRound = 10;
/** Of second derivatives that are not given: how far apart gradients are taken. */
const apart = 1e-6;

/**
 * The weights from 0, of the sum 1, at which a convex function is smallest: steps of exponentiated gradient with
 * backtracking, which get near from anywhere, and Newton's steps over the simplex, which get to the end also where members
 * are much alike. Ends by the duality gap, so nobody needs to trust it.
 *
 * @throws ImagoError on unknown options, on a gradient of another length, and where value or gradient are not finite at
 *   the start
 */
export function simplexWeights(f: WeightFunction, options: SimplexWeightsOptions = {}): SimplexWeights {
  const where = "simplexWeights";
  const { tolerance, rounds, start } = readOptions(where, options, fields);
  const convex = checked(where, f);
  const first = startOf(where, start, convex.size);
  let at: Descent = { weights: first, value: convex.value(first), rate: 1 };
  let gap = gapOf(convex.gradient(first), first, "simplex");
  if (!Number.isFinite(at.value) || !Number.isFinite(gap)) {
    throw new ImagoError(
      `${where}: value or gradient are not finite at the start; there the value is ${at.value}.`,
    );
  }
  const near = (): boolean => gap <= tolerance * (1 + Math.abs(at.value));
  for (let round = 0; round < rounds && !near(); round++) {
    const before = at.value;
    for (let step = 0; step < stepsInRound && !near(); step++) {
      const next = exponentiatedStep(convex.value, at, convex.gradient(at.weights));
      if (next === undefined) break;
      at = next;
      gap = gapOf(convex.gradient(at.weights), at.weights, "simplex");
    }
    const newton = newtonWeights(convex, at.weights, "simplex");
    at = { ...at, weights: newton.weights, value: convex.value(newton.weights) };
    gap = newton.gap;
    if (!(at.value < before)) break;
  }
  return { weights: at.weights, value: at.value, gap, converged: near() };
}

function checked(where: string, f: WeightFunction): ConvexFunction {
  const { size, value, gradient, hessian } = readOptions(`${where}: the function`, f, functionFields);
  const slopes = (weights: Float64Array): Float64Array => {
    const given = gradient(weights);
    if (given.length === size) return Float64Array.from(given);
    throw new ImagoError(
      `${where}: the gradient has ${given.length} numbers for ${size} weights; they must be as many.`,
    );
  };
  return { size, value, gradient: slopes, hessian: hessian ?? ((weights) => differences(slopes, weights)) };
}

function startOf(where: string, given: readonly number[] | undefined, size: number): Float64Array {
  if (given === undefined) return new Float64Array(size).fill(1 / size);
  const total = given.reduce((sum, weight) => sum + weight, 0);
  if (given.length === size && total > 0) return Float64Array.from(given, (weight) => weight / total);
  throw new ImagoError(
    `${where}: start must be ${size} weights that are not all 0, received [${given.join(", ")}].`,
  );
}

/** Second derivatives from the gradient on either side, made symmetric. */
function differences(gradient: (weights: Float64Array) => Float64Array, weights: Float64Array): Float64Array {
  const size = weights.length;
  const moved = (index: number, by: number): Float64Array =>
    gradient(weights.map((weight, other) => (other === index ? weight + by : weight)));
  const columns = Array.from(weights, (weight, index) => {
    // No weight goes below 0, where the function may have no value.
    const back = Math.min(apart, weight);
    const [high, low] = [moved(index, apart), moved(index, -back)];
    return high.map((value, row) => (value - (low[row] as number)) / (apart + back));
  });
  return Float64Array.from({ length: size * size }, (_, place) => {
    const [row, column] = [Math.floor(place / size), place % size];
    return (
      ((columns[row] as Float64Array)[column] as number) / 2 +
      ((columns[column] as Float64Array)[row] as number) / 2
    );
  });
}
