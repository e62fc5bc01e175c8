import { dots, multiplied } from "./gram.js";
import type { SoftmaxProblem } from "./softmaxNewton.js";

/** Not quite 0, so that an expansion has an optimum where all probabilities are 0 or 1. */
const leastCurvature = 1e-9;
/** What is added along directions that change no probability, so that the equations have one solution. */
const flat = 1e-6;

/** Σ over the rows, divided by their number: the mean log loss falls so fast with the parameters of output k. */
export function downhillOf(
  { y, weights, outputs }: SoftmaxProblem,
  columns: readonly Float64Array[],
  shares: Float64Array,
  k: number,
): Float64Array {
  const rows = y.length;
  const own = outputs === 1 ? 1 : k;
  const rest = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const one = (y[i] === own ? 1 : 0) - shares[i * outputs + k]!;
    rest[i] = (weights === undefined ? one : one * weights[i]!) / rows;
  }
  const result = new Float64Array(columns.length);
  dots(rest, columns, columns.length, result);
  return result;
}

/** w p_k (1 − p_k) for each row, or −w p_k p_l. */
export function curvatureOf(
  { weights, outputs }: SoftmaxProblem,
  shares: Float64Array,
  k: number,
  l: number,
): Float64Array {
  const rows = shares.length / outputs;
  const result = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const p = shares[i * outputs + k]!;
    const one = k === l ? Math.max(p * (1 - p), leastCurvature) : -p * shares[i * outputs + l]!;
    result[i] = weights === undefined ? one : one * weights[i]!;
  }
  return result;
}

/**
 * Second derivatives of the mean log loss for some of the parameters.
 *
 * @param chosen their numbers, rising; the columns of output k begin at k · columns.length
 * @returns [chosen, chosen]
 */
export function expansionOf(
  problem: SoftmaxProblem,
  columns: readonly Float64Array[],
  shares: Float64Array,
  chosen: Int32Array,
): Float64Array {
  const size = chosen.length;
  const matrix = new Float64Array(size * size);
  const blocks = blocksOf(columns, chosen);
  const product = new Float64Array(problem.y.length);
  for (const a of blocks) {
    for (const b of blocks) {
      if (b.k > a.k) break;
      const curvature = curvatureOf(problem, shares, a.k, b.k);
      for (let i = 0; i < curvature.length; i++) curvature[i]! /= curvature.length;
      for (const [i, column] of a.columns.entries()) {
        const count = a === b ? i + 1 : b.columns.length;
        dots(multiplied(column, curvature, product), b.columns, count, matrix, (a.from + i) * size + b.from);
      }
    }
  }
  if (blocks.length > 1) level(matrix, chosen, columns.length);
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) matrix[j * size + i] = matrix[i * size + j]!;
  return matrix;
}

/** The chosen parameters of one output. */
interface Block {
  readonly k: number;
  /** Where they begin among all chosen. */
  readonly from: number;
  readonly columns: readonly Float64Array[];
}

function blocksOf(columns: readonly Float64Array[], chosen: Int32Array): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < chosen.length; ) {
    const k = Math.floor(chosen[at]! / columns.length);
    const from = at;
    const own: Float64Array[] = [];
    for (; at < chosen.length && chosen[at]! < (k + 1) * columns.length; at++)
      own.push(columns[chosen[at]! - k * columns.length]!);
    blocks.push({ k, from, columns: own });
  }
  return blocks;
}

/** The same number on one column's coefficients of every output changes no probability: such a step costs a little. */
function level(matrix: Float64Array, chosen: Int32Array, columns: number): void {
  const size = chosen.length;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      if ((chosen[i]! - chosen[j]!) % columns === 0) matrix[i * size + j]! += flat;
    }
    matrix[i * size + i]! += leastCurvature;
  }
}
