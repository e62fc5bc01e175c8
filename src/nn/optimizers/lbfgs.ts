import { ImagoError } from "../../engine/errors.js";
import {
  accepting,
  callable,
  type FieldsOf,
  number,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
} from "../../engine/options.js";
import { type LinePoint, strongWolfe } from "./strongWolfe.js";

/** A point, or a gradient: all numbers in one array. */
export type Vector = Float32Array | Float64Array;

/** A function's value at a point, and its gradient there. */
export interface Evaluation {
  readonly loss: number;
  /** As many elements as the point has; copied, so that the next evaluation may overwrite it. */
  readonly gradient: Vector;
}

/** The function to minimise. It must not change the point. */
export type Evaluate = (point: Vector) => Evaluation | Promise<Evaluation>;

export interface LbfgsOptions {
  /** Length of the first step that is tried along each direction, above 0. Default: 1. */
  readonly learningRate?: number | undefined;
  /**
   * Sum of the sizes of the changes that the very first trial step makes, while nothing is known of the curvature;
   * above 0. Default: 1, or the gradient's own where that is less.
   */
  readonly firstStep?: number | undefined;
  /** Past steps that estimate the curvature; each takes the room of two points. From 1. Default: 100. */
  readonly historySize?: number | undefined;
  /** `"strongWolfe"` searches each direction; `"none"` takes the step as it is. Default: `"strongWolfe"`. */
  readonly lineSearch?: "strongWolfe" | "none" | undefined;
  /** Most evaluations in one line search, besides the first; from 1. Default: 25. */
  readonly maxLineSearch?: number | undefined;
  /** It has converged when no element of the gradient is larger. Default: 1e-7. */
  readonly toleranceGradient?: number | undefined;
  /** It has converged when neither loss nor any element of the point changes more. Default: 1e-9. */
  readonly toleranceChange?: number | undefined;
}

/** Where the minimisation stands after an iteration. */
export interface LbfgsProgress {
  /** Finished iterations. */
  readonly iteration: number;
  /** Evaluations of the function so far. */
  readonly evaluations: number;
  /** The point now; it is written over by the next iteration. */
  readonly point: Vector;
  readonly loss: number;
  readonly gradient: Vector;
}

/** How {@link LbfgsOptions} are read. */
export const lbfgsFields = {
  learningRate: number({ default: 1, above: 0 }),
  firstStep: optional(number({ above: 0 })),
  historySize: number({ default: 100, min: 1, integer: true }),
  lineSearch: oneOf(["strongWolfe", "none"], "strongWolfe"),
  maxLineSearch: number({ default: 25, min: 1, integer: true }),
  toleranceGradient: number({ default: 1e-7, min: 0 }),
  toleranceChange: number({ default: 1e-9, min: 0 }),
} satisfies FieldsOf<LbfgsOptions>;

type Settings = ReadOf<typeof lbfgsFields>;

const vector = accepting<Vector>(
  "a Float32Array or Float64Array",
  (value): value is Vector => value instanceof Float32Array || value instanceof Float64Array,
);

/**
 * Minimises a smooth function by the limited-memory method of Broyden, Fletcher, Goldfarb and Shanno: each
 * direction is the gradient times an estimate of the inverse second derivative, which the last steps and the
 * changes of the gradient along them give (Nocedal and Wright, "Numerical Optimization", algorithms 7.4 and 7.5).
 *
 * With the same options it takes the steps of PyTorch's `LBFGS`, whose defaults these are but for the line search.
 *
 * @param start not changed
 * @returns its progress after each iteration; it ends when it has converged
 * @throws on unknown options, and when the function is not finite at the start
 */
export async function* lbfgs(
  start: Vector,
  evaluate: Evaluate,
  options: LbfgsOptions = {},
): AsyncGenerator<LbfgsProgress, void, undefined> {
  const settings = readOptions("lbfgs", options, lbfgsFields);
  vector.read("lbfgs", "start", start);
  callable<Evaluate>().read("lbfgs", "evaluate", evaluate);
  const search = new Search(start, evaluate);
  let { loss, gradient } = await search.look(start);
  if (!Number.isFinite(loss)) throw new ImagoError(`lbfgs: the loss is ${loss} at the start`);
  const history = new History(settings.historySize);
  for (let iteration = 1; largest(gradient) > settings.toleranceGradient; iteration++) {
    const direction = history.direction(gradient);
    const slope = dot(gradient, direction);
    if (slope > -settings.toleranceChange) return;
    const first = settings.learningRate * (iteration === 1 ? firstFactor(gradient, settings) : 1);
    const found = await search.along(direction, { step: 0, loss, slope, gradient }, first, settings);
    if (found.step === 0) return;
    search.move(direction, found.step);
    history.add(direction, found.step, gradient, found.gradient);
    const change = Math.abs(found.loss - loss);
    ({ loss, gradient } = found);
    yield { iteration, evaluations: search.evaluations, point: search.point, loss, gradient };
    const moved = found.step * largest(direction);
    if (moved <= settings.toleranceChange || change < settings.toleranceChange) return;
  }
}

function firstFactor(gradient: Vector, { firstStep }: Settings): number {
  const sizes = sumOfSizes(gradient);
  return firstStep === undefined ? Math.min(1, 1 / sizes) : firstStep / sizes;
}

/** The point, and the function along lines through it. */
class Search {
  readonly point: Vector;
  evaluations = 0;
  readonly #trial: Vector;
  readonly #evaluate: Evaluate;

  constructor(start: Vector, evaluate: Evaluate) {
    this.point = start.slice();
    this.#trial = start.slice();
    this.#evaluate = evaluate;
  }

  async look(point: Vector): Promise<Evaluation> {
    this.evaluations++;
    const { loss, gradient } = await this.#evaluate(point);
    return { loss, gradient: gradient.slice() };
  }

  along(
    direction: Vector,
    origin: LinePoint<Vector>,
    first: number,
    { lineSearch, maxLineSearch, toleranceChange }: Settings,
  ): Promise<LinePoint<Vector>> {
    const look = async (step: number): Promise<LinePoint<Vector>> => {
      this.#trial.set(this.point);
      addScaled(this.#trial, direction, step);
      const { loss, gradient } = await this.look(this.#trial);
      return { step, loss, gradient, slope: dot(gradient, direction) };
    };
    if (lineSearch === "none") return look(first);
    const shortest = toleranceChange / largest(direction);
    return strongWolfe(look, origin, first, { maxEvaluations: maxLineSearch, shortest });
  }

  move(direction: Vector, step: number): void {
    addScaled(this.point, direction, step);
  }
}

/** One step (s), the change of the gradient along it (y), and 1 / sᵀy. */
interface Pair {
  readonly step: Vector;
  readonly change: Vector;
  readonly inverse: number;
}

/** The last steps, as an estimate of the inverse second derivative. */
class History {
  readonly #pairs: Pair[] = [];
  readonly #size: number;
  /** The estimate before any pair is applied is this times the identity. */
  #scale = 1;

  constructor(size: number) {
    this.#size = size;
  }

  /** Remembers a step, unless the function did not curve upwards along it. */
  add(direction: Vector, length: number, before: Vector, after: Vector): void {
    const step = direction.map((element) => element * length);
    const change = after.map((element, i) => element - (before[i] as number));
    const curvature = dot(change, step);
    if (!(curvature > 1e-10)) return;
    if (this.#pairs.length === this.#size) this.#pairs.shift();
    this.#pairs.push({ step, change, inverse: 1 / curvature });
    this.#scale = curvature / dot(change, change);
  }

  /** Minus the estimate times the gradient, by the two-loop recursion. */
  direction(gradient: Vector): Vector {
    const result = gradient.map((element) => -element);
    const factors = this.#pairs.map(() => 0);
    for (const [index, { step, change, inverse }] of [...this.#pairs.entries()].reverse()) {
      factors[index] = dot(step, result) * inverse;
      addScaled(result, change, -(factors[index] as number));
    }
    for (let i = 0; i < result.length; i++) result[i] = (result[i] as number) * this.#scale;
    for (const [index, { step, change, inverse }] of this.#pairs.entries()) {
      addScaled(result, step, (factors[index] as number) - dot(change, result) * inverse);
    }
    return result;
  }
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function addScaled(target: Vector, vector: Vector, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (vector[i] as number);
}

function largest(vector: Vector): number {
  let most = 0;
  for (let i = 0; i < vector.length; i++) most = Math.max(most, Math.abs(vector[i] as number));
  return most;
}

function sumOfSizes(vector: Vector): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += Math.abs(vector[i] as number);
  return sum;
}
