import { softmaxRows, trimmedLogs } from "../combine.js";
import type { HeldOut } from "../heldOut.js";
import { logit } from "../trim.js";
import type { ConvexFunction } from "./newton.js";

/**
 * −Σ w log-likelihood of pooled log-odds: of σ(Σ b_l logit p_l) for a binary outcome, and of softmax(Σ b_l log p_l) for
 * several classes, whose probabilities are trimmed to [0.001, 0.999] and divided by their sum. Of two classes both are
 * the same (van der Laan, Polley and Hubbard 2007; R's `method.NNloglik`).
 *
 * @param learners which take part
 */
export function logOddsLikelihood(held: HeldOut, learners: readonly number[]): ConvexFunction {
  return held.classes === 1 ? binaryOdds(held, learners) : classOdds(held, learners);
}

function binaryOdds(
  { columns, targets, weights, rows }: HeldOut,
  learners: readonly number[],
): ConvexFunction {
  const odds = learners.map((index) => (columns[index] as Float64Array).map(logit));
  const pooled = (at: Float64Array): Float64Array => combination(odds, at, rows);
  const size = learners.length;
  return {
    size,
    value: (at) => sumOver(pooled(at), (x, i) => at2(weights, i) * (softplus(x) - at2(targets, i) * x)),
    gradient: (at) => {
      const slopes = pooled(at).map((x, i) => at2(weights, i) * (sigmoid(x) - at2(targets, i)));
      return Float64Array.from(odds, (column) => sumOver(slopes, (slope, i) => slope * at2(column, i)));
    },
    hessian: (at) => {
      const curvature = pooled(at).map((x, i) => at2(weights, i) * sigmoid(x) * (1 - sigmoid(x)));
      return symmetric(size, (a, b) =>
        sumOver(curvature, (c, i) => c * at2(odds[a] as Float64Array, i) * at2(odds[b] as Float64Array, i)),
      );
    },
  };
}

function classOdds(held: HeldOut, learners: readonly number[]): ConvexFunction {
  const { columns, targets, weights, classes, rows } = held;
  const logs = learners.map((index) => trimmedLogs(columns[index] as Float64Array, classes));
  const size = learners.length;
  const shares = (at: Float64Array): Float64Array =>
    softmaxRows(combination(logs, at, rows * classes), classes);
  /** Σ_k q_k log p_lk of each row, the mean log-probability under the pool. */
  const means = (pool: Float64Array, column: Float64Array): Float64Array =>
    rowSums(pool, classes, (q, i) => q * at2(column, i));
  return {
    size,
    value: (at) =>
      -sumOver(shares(at), (q, i) =>
        at2(targets, i) === 0 ? 0 : rowWeight(weights, i, classes) * Math.log(q),
      ),
    gradient: (at) => {
      const pool = shares(at);
      return Float64Array.from(logs, (column) =>
        sumOver(pool, (q, i) => rowWeight(weights, i, classes) * (q - at2(targets, i)) * at2(column, i)),
      );
    },
    hessian: (at) => {
      const pool = shares(at);
      const centres = logs.map((column) => means(pool, column));
      return symmetric(size, (a, b) =>
        sumOver(pool, (q, i) => {
          const row = Math.floor(i / classes);
          const left = at2(logs[a] as Float64Array, i) - at2(centres[a] as Float64Array, row);
          return rowWeight(weights, i, classes) * q * left * at2(logs[b] as Float64Array, i);
        }),
      );
    },
  };
}

/** Least probability of the class that came, so that a learner who gave it none costs much and not all. */
const floor = 1e-12;

/**
 * −Σ w log Σ_l a_l p_l(the class that came): the log-likelihood of the mean of probabilities, the linear pool.
 *
 * @param learners which take part
 */
export function mixtureLikelihood(given: HeldOut, learners: readonly number[]): ConvexFunction {
  const held = given.classes === 1 ? withoutFractions(given) : given;
  const own = learners.map((index) => ownProbabilities(held, held.columns[index] as Float64Array));
  const { weights } = held;
  const size = learners.length;
  const pooled = (at: Float64Array): Float64Array => combination(own, at, held.rows);
  return {
    size,
    value: (at) => -sumOver(pooled(at), (q, i) => at2(weights, i) * Math.log(q)),
    gradient: (at) => {
      const slopes = pooled(at).map((q, i) => at2(weights, i) / q);
      return Float64Array.from(own, (column) => -sumOver(slopes, (slope, i) => slope * at2(column, i)));
    },
    hessian: (at) => {
      const curvature = pooled(at).map((q, i) => at2(weights, i) / (q * q));
      return symmetric(size, (a, b) =>
        sumOver(curvature, (c, i) => c * at2(own[a] as Float64Array, i) * at2(own[b] as Float64Array, i)),
      );
    },
  };
}

/** A label that is a fraction counts as two rows, one of each class, that share the row's weight. */
function withoutFractions(held: HeldOut): HeldOut {
  const { targets, weights, columns, rows } = held;
  const isFraction = (row: number): boolean => at2(targets, row) > 0 && at2(targets, row) < 1;
  const fractions = Array.from({ length: rows }, (_, row) => row).filter(isFraction);
  if (fractions.length === 0) return held;
  const extended = (values: Float64Array, more: (row: number) => number): Float64Array =>
    Float64Array.from([...values, ...fractions.map(more)]);
  return {
    ...held,
    rows: rows + fractions.length,
    columns: columns.map((column) => extended(column, (row) => at2(column, row))),
    targets: extended(
      targets.map((target, row) => (isFraction(row) ? 1 : target)),
      () => 0,
    ),
    weights: extended(
      weights.map((weight, row) => (isFraction(row) ? weight * at2(targets, row) : weight)),
      (row) => at2(weights, row) * (1 - at2(targets, row)),
    ),
  };
}

/** What a learner gave to the class that came. */
function ownProbabilities({ classes, targets, rows }: HeldOut, column: Float64Array): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    if (classes === 1) {
      const label = at2(targets, row);
      return Math.max(floor, label * at2(column, row) + (1 - label) * (1 - at2(column, row)));
    }
    let own = 0;
    for (let k = row * classes; k < (row + 1) * classes; k++) own += at2(targets, k) * at2(column, k);
    return Math.max(floor, own);
  });
}

function rowSums(
  values: Float64Array,
  classes: number,
  term: (value: number, index: number) => number,
): Float64Array {
  const sums = new Float64Array(values.length / classes);
  values.forEach((value, index) => {
    const row = Math.floor(index / classes);
    sums[row] = at2(sums, row) + term(value, index);
  });
  return sums;
}

const at2 = (values: Float64Array, index: number): number => values[index] as number;
const rowWeight = (weights: Float64Array, index: number, classes: number): number =>
  at2(weights, Math.floor(index / classes));

function combination(columns: readonly Float64Array[], at: Float64Array, length: number): Float64Array {
  const sum = new Float64Array(length);
  columns.forEach((column, learner) => {
    const weight = at2(at, learner);
    if (weight !== 0) for (let i = 0; i < length; i++) sum[i] = at2(sum, i) + weight * at2(column, i);
  });
  return sum;
}

function sumOver(values: Float64Array, term: (value: number, index: number) => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += term(at2(values, i), i);
  return sum;
}

function symmetric(size: number, entry: (row: number, column: number) => number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = row; column < size; column++) {
      const value = entry(row, column);
      matrix[row * size + column] = value;
      matrix[column * size + row] = value;
    }
  }
  return matrix;
}

/** log(1 + eˣ) without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}
