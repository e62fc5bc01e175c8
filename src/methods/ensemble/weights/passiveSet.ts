/** A convex problem over weights, of which some are held at 0. */
export interface PassiveProblem {
  readonly size: number;
  /** The gradient at weights. */
  gradient(weights: Float64Array): Float64Array;
  /**
   * The best weights where only those in `free` may differ from 0, of any sign; on a simplex they have the sum 1.
   *
   * @returns a weight for each of `free`, or `undefined` where these are dependent
   */
  solve(free: readonly number[]): Float64Array | undefined;
}

/** Weights from 0, either of any sum (`orthant`) or of the sum 1 (`simplex`). */
export type Region = "orthant" | "simplex";

/** Reductions of the gradient below this part of its size say that nothing is left to gain. */
const tolerance = 1e-13;

/**
 * The minimum of a convex quadratic function over weights from 0: weights enter one by one where that gains most, and
 * leave where the solution without bounds would take them below 0 (Lawson and Hanson, "Solving Least Squares Problems",
 * 1974, chapter 23; on the simplex with the sum kept). Ends exactly, with zeros that are zeros.
 */
export function passiveSet(problem: PassiveProblem, region: Region): Float64Array {
  const { size } = problem;
  const weights = new Float64Array(size);
  const free: number[] = [];
  if (region === "simplex") {
    free.push(bestVertex(problem));
    weights[free[0] as number] = 1;
  }
  for (let round = 0; round < 3 * size + 10; round++) {
    const gains = gainsAt(problem, weights, free, region);
    const entered = enter(problem, free, gains);
    if (entered === undefined) break;
    settle(problem, weights, free, entered);
  }
  return weights;
}

/** The single weight of 1 with the smallest value, told by the gradients: f at a vertex is found without f itself. */
function bestVertex(problem: PassiveProblem): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  const origin = problem.gradient(new Float64Array(problem.size));
  for (let index = 0; index < problem.size; index++) {
    const vertex = new Float64Array(problem.size);
    vertex[index] = 1;
    // A quadratic function along a line: f(1) − f(0) = (f′(0) + f′(1)) / 2.
    const value = ((origin[index] as number) + (problem.gradient(vertex)[index] as number)) / 2;
    if (value < least) [best, least] = [index, value];
  }
  return best;
}

/** How much the function falls for each weight that would enter, at first. */
function gainsAt(
  problem: PassiveProblem,
  weights: Float64Array,
  free: readonly number[],
  region: Region,
): { readonly index: number; readonly gain: number }[] {
  const gradient = problem.gradient(weights);
  const level = region === "orthant" ? 0 : levelOf(gradient, weights);
  const scale = Math.max(...Array.from(gradient, Math.abs), Number.MIN_VALUE);
  return Array.from(gradient, (slope, index) => ({ index, gain: level - slope }))
    .filter(({ index, gain }) => !free.includes(index) && gain > tolerance * scale)
    .sort((a, b) => b.gain - a.gain || a.index - b.index);
}

/** What the gradients of all free weights are equal to at their optimum. */
function levelOf(gradient: Float64Array, weights: Float64Array): number {
  return gradient.reduce((sum, slope, index) => sum + slope * (weights[index] as number), 0);
}

interface Entered {
  readonly free: readonly number[];
  readonly solution: Float64Array;
}

/** Frees the first weight that can be freed and would then be above 0. */
function enter(
  problem: PassiveProblem,
  free: readonly number[],
  gains: readonly { readonly index: number }[],
): Entered | undefined {
  for (const { index } of gains) {
    const wider = [...free, index];
    const solution = problem.solve(wider);
    if (solution !== undefined && (solution.at(-1) as number) > 0) return { free: wider, solution };
  }
  return undefined;
}

/** Moves to the solution, as far as no weight falls below 0; those that come to 0 leave, and it is solved again. */
function settle(problem: PassiveProblem, weights: Float64Array, free: number[], entered: Entered): void {
  free.splice(0, free.length, ...entered.free);
  let solution: Float64Array | undefined = entered.solution;
  while (solution !== undefined) {
    const target: Float64Array = solution;
    const share = stepTo(target, weights, free);
    free.forEach((index, place) => {
      const from = weights[index] as number;
      weights[index] = from + share * ((target[place] as number) - from);
    });
    if (share === 1) return;
    const left = free.filter(
      (index, place) => (target[place] as number) > 0 || (weights[index] as number) > 1e-15,
    );
    for (const index of free) if (!left.includes(index)) weights[index] = 0;
    if (left.length === free.length || left.length === 0) return;
    free.splice(0, free.length, ...left);
    solution = problem.solve(free);
  }
}

/** How far towards a solution no weight falls below 0. */
function stepTo(solution: Float64Array, weights: Float64Array, free: readonly number[]): number {
  let share = 1;
  free.forEach((index, place) => {
    const to = solution[place] as number;
    const from = weights[index] as number;
    if (to < 0) share = Math.min(share, from / (from - to));
  });
  return share;
}
