import type { CheckedData } from "../checkData.js";
import { type Standardized, weightedMean } from "../standardize.js";
import { coordinateDescent, gramQuadratic, type Quadratic, residualQuadratic } from "./coordinateDescent.js";
import type { ElasticNetProblem } from "./elasticNetProblem.js";
import { meanProduct } from "./gram.js";
import { type KnownExpansion, partOf } from "./knownExpansion.js";
import { type LinearState, linearState } from "./linearFitted.js";
import { type Penalty, penaltyOf } from "./penalty.js";
import { curvatureOf, downhillOf, expansionOf } from "./softmaxExpansion.js";
import { evaluateSoftmax, type SoftmaxProblem } from "./softmaxNewton.js";

/** Above so many columns in an expansion their products cost more than they save. */
const mostForGram = 200;
/** Above so many products in one expansion for all outputs they are expanded in turn. */
const mostForJoint = 2e7;
/** Most rounds over the outputs at one λ. */
const mostRounds = 1000;
/** After steps whose squares are under this part of the null deviance second derivatives are not taken anew. */
const nearEnough = 1e-5;
/** A step with such derivatives leaves more of the way: it counts as standing still under this part of the tolerance. */
const reusedPart = 1e-2;

/** The parameters that an expansion is of, by number, and how fast the loss falls with each. */
interface Chosen {
  readonly numbers: Int32Array;
  readonly downhill: Float64Array;
  readonly penalty: Penalty;
}

/**
 * Mean log loss plus the penalty: the logistic function for two classes, softmax for more. The loss is replaced by
 * its second-order expansion, whose optimum is the next place, until none moves: for all outputs together, or where that
 * is much for one after the other (Friedman, Hastie and Tibshirani 2010, sections 3 and 4). An expansion leaves out the
 * coefficients that are 0 and that the slope does not move; the slope is taken anew for every expansion, so none of
 * them is left at 0 that should not be.
 */
export class SoftmaxNet implements ElasticNetProblem {
  readonly largest: number;
  readonly #problem: SoftmaxProblem;
  readonly #nullDeviance: number;
  /** Ones for the intercept, then x. */
  readonly #columns: readonly Float64Array[];
  readonly #b: Float64Array;
  /** What belongs to b. */
  #here: { readonly loss: number; readonly shares: Float64Array };
  /** How fast the loss falls with each parameter there, by output, where that is known. */
  #slopes: (Float64Array | undefined)[] = [];
  /** The second derivatives last taken. */
  #known: KnownExpansion | undefined;
  /** Whether the last expansion was with those. */
  #reused = false;

  constructor(x: Standardized, { y, weights }: CheckedData, classes: number) {
    const outputs = classes === 2 ? 1 : classes;
    this.#problem = { x, y, weights, outputs, lambda: 0 };
    this.#columns = [new Float64Array(x.rows).fill(1), ...x.columns];
    this.#b = new Float64Array(outputs * this.#columns.length);
    let largest = 0;
    for (let k = 0; k < outputs; k++) {
      const own = this.#indicator(k);
      const share = weightedMean(own, weights);
      // A class that does not occur, or the only one, would have an infinite intercept.
      this.#b[k * this.#columns.length] = outputs === 1 ? logit(share) : Math.log(Math.max(share, 1e-300));
      const rest = own.map((one) => one - share);
      for (const column of x.columns)
        largest = Math.max(largest, Math.abs(meanProduct(column, rest, weights)));
    }
    this.largest = largest;
    this.#here = evaluateSoftmax(this.#problem, this.#b);
    this.#nullDeviance = 2 * this.#here.loss;
  }

  solve(lambda: number, alpha: number, tolerance: number): number {
    if (!(this.#nullDeviance > 1e-9)) return 1;
    const penalty: Penalty = { absolute: lambda * alpha, squared: lambda * (1 - alpha) };
    for (let round = 0; round < mostRounds; round++) {
      const moved = this.#round(penalty, tolerance);
      const still = moved <= tolerance * this.#nullDeviance * (this.#reused ? reusedPart : 1);
      if (still && !this.#leftOut(penalty.absolute)) break;
    }
    return 1 - (2 * this.#here.loss) / this.#nullDeviance;
  }

  state(learner: string): LinearState {
    const size = this.#columns.length;
    const outputs = Array.from({ length: this.#problem.outputs }, (_, k) => ({
      intercept: Math.max(-1000, Math.min(1000, this.#b[k * size]!)),
      coefficients: this.#b.slice(k * size + 1, (k + 1) * size),
    }));
    return linearState(learner, outputs.length === 1 ? "logit" : "softmax", outputs, this.#problem.x);
  }

  /** [rows], 1 where the row is of the output's class. */
  #indicator(k: number): Float64Array {
    const own = this.#problem.outputs === 1 ? 1 : k;
    return this.#problem.y.map((one) => (one === own ? 1 : 0));
  }

  /** Whether the slope moves a coefficient that is 0: the last expansion may not have had it. */
  #leftOut(absolute: number): boolean {
    const size = this.#columns.length;
    for (let k = 0; k < this.#problem.outputs; k++) {
      const slopes = this.#slopesOf(k);
      for (let j = 1; j < size; j++) {
        if (this.#b[k * size + j] === 0 && Math.abs(slopes[j]!) > absolute) return true;
      }
    }
    return false;
  }

  #slopesOf(k: number): Float64Array {
    const known = this.#slopes[k] ?? downhillOf(this.#problem, this.#columns, this.#here.shares, k);
    this.#slopes[k] = known;
    return known;
  }

  /** Every output's coefficients once; gives the largest change, weighed by the curvature. */
  #round(penalty: Penalty, tolerance: number): number {
    const { outputs, x } = this.#problem;
    const chosen = this.#choose(penalty, 0, outputs);
    const size = chosen.numbers.length;
    if (outputs > 1 && x.rows * size ** 2 <= mostForJoint) {
      // Fewer expansions, though each has the products of all outputs with each other.
      return this.#descend(this.#joint(chosen), chosen, tolerance);
    }
    let moved = 0;
    for (let k = 0; k < outputs; k++) {
      const own = outputs === 1 ? chosen : this.#choose(penalty, k, k + 1);
      moved = Math.max(moved, this.#descend(this.#single(own, k), own, tolerance));
    }
    return moved;
  }

  /** The parameters of some outputs that are not 0, or that the slope moves. */
  #choose(penalty: Penalty, first: number, end: number): Chosen {
    const size = this.#columns.length;
    const numbers: number[] = [];
    const downhill: number[] = [];
    for (let k = first; k < end; k++) {
      const slopes = this.#slopesOf(k);
      for (let j = 0; j < size; j++) {
        const stays = this.#b[k * size + j] === 0 && Math.abs(slopes[j]!) <= penalty.absolute;
        if (j > 0 && stays) continue;
        numbers.push(k * size + j);
        downhill.push(slopes[j]!);
      }
    }
    const free = Uint8Array.from(numbers, (one) => (one % size === 0 ? 1 : 0));
    return {
      numbers: Int32Array.from(numbers),
      downhill: Float64Array.from(downhill),
      penalty: { ...penalty, free },
    };
  }

  #joint({ numbers, downhill }: Chosen): Quadratic {
    const near = this.#known !== undefined && this.#known.moved <= nearEnough * this.#nullDeviance;
    const known = near ? partOf(this.#known!, numbers) : undefined;
    const matrix = known ?? expansionOf(this.#problem, this.#columns, this.#here.shares, numbers);
    this.#reused = known !== undefined;
    // Once only: one step after the other with old derivatives would get ahead slowly, and seem to stand still.
    this.#known = known === undefined ? { numbers, matrix, moved: 0 } : undefined;
    return gramQuadratic(matrix, downhill);
  }

  /** The expansion for parameters of output k alone. */
  #single(chosen: Chosen, k: number): Quadratic {
    if (chosen.numbers.length <= mostForGram) return this.#joint(chosen);
    const { y, outputs, weights } = this.#problem;
    const { shares } = this.#here;
    const own = this.#indicator(k);
    const residuals = y.map((_, i) => (weights?.[i] ?? 1) * (own[i]! - shares[i * outputs + k]!));
    const columns = Array.from(chosen.numbers, (one) => this.#columns[one % this.#columns.length]!);
    return residualQuadratic(columns, curvatureOf(this.#problem, shares, k, k), residuals);
  }

  /** Minimises an expansion for the parameters chosen, and goes there. */
  #descend(quadratic: Quadratic, { numbers, penalty }: Chosen, tolerance: number): number {
    const before = Float64Array.from(numbers, (one) => this.#b[one]!);
    const after = before.slice();
    coordinateDescent(quadratic, penalty, after, 0.01 * tolerance * this.#nullDeviance);
    const reached = this.#take(numbers, before, after, penalty);
    const change = (one: number, j: number): number => quadratic.curvature[j]! * (one - before[j]!) ** 2;
    const moved = reached.reduce((most, one, j) => Math.max(most, change(one, j)), 0);
    if (this.#known !== undefined) this.#known.moved = Math.max(this.#known.moved, moved);
    return moved;
  }

  /** Goes from `before` towards `after` as far as that does not make the whole worse; says where it got. */
  #take(numbers: Int32Array, before: Float64Array, after: Float64Array, penalty: Penalty): Float64Array {
    const put = (values: Float64Array): void => {
      for (const [at, one] of numbers.entries()) this.#b[one] = values[at]!;
    };
    const whole = this.#here.loss + penaltyOf(before, penalty);
    for (let length = 1; length > 1e-9; length /= 2) {
      const next = before.map((one, j) => (length === 1 ? after[j]! : one + length * (after[j]! - one)));
      put(next);
      const there = evaluateSoftmax(this.#problem, this.#b);
      if (there.loss + penaltyOf(next, penalty) <= whole + 1e-14 * Math.abs(whole)) {
        this.#here = there;
        this.#slopes = [];
        return next;
      }
    }
    put(before);
    return before;
  }
}

const logit = (share: number): number => Math.log(Math.max(share, 1e-300) / Math.max(1 - share, 1e-300));
