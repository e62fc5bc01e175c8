/** Σ a[from + k] b[at + k] over k below n, in four sums, so that an addition need not wait for the one before it. */
export function dot(a: Float64Array, from: number, b: Float64Array, at: number, n: number): number {
  let [w, x, y, z] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < n; k += 4) {
    w += a[from + k]! * b[at + k]!;
    x += a[from + k + 1]! * b[at + k + 1]!;
    y += a[from + k + 2]! * b[at + k + 2]!;
    z += a[from + k + 3]! * b[at + k + 3]!;
  }
  for (; k < n; k++) w += a[from + k]! * b[at + k]!;
  return w + x + (y + z);
}

/** Where row i begins among rows of 1, 2, 3, … elements. */
const rowStart = (i: number): number => (i * (i + 1)) / 2;

/**
 * The factor L of a symmetric positive definite matrix L Lᵀ, row by row: a row more costs n² / 2 multiplications, and gives
 * the same numbers as a factorisation anew.
 */
export class Cholesky {
  #factor = new Float64Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /**
   * The matrix with one row and column more.
   *
   * @param row its elements before the diagonal, as many as there are rows
   * @param least what the squared diagonal of the factor is raised to, where rounding or equal rows leave less
   * @returns whether it was above that
   */
  extend(row: ArrayLike<number>, diagonal: number, least = 0): boolean {
    const n = this.#size;
    const start = rowStart(n);
    this.#grow(start + n + 1);
    const factor = this.#factor;
    for (let j = 0; j < n; j++) {
      const above = rowStart(j);
      factor[start + j] = (row[j]! - dot(factor, start, factor, above, j)) / factor[above + j]!;
    }
    const pivot = diagonal - dot(factor, start, factor, start, n);
    const isGood = pivot > least;
    factor[start + n] = Math.sqrt(isGood ? pivot : least);
    this.#size = n + 1;
    return isGood;
  }

  /** Forgets all rows but the first `size`. */
  truncate(size: number): void {
    this.#size = Math.min(this.#size, size);
  }

  /** L⁻¹ b in the place of b; of its rows some alone, where those before them are done. */
  forward(b: Float64Array, from = 0, to = this.#size): void {
    const factor = this.#factor;
    for (let i = from; i < to; i++) {
      const start = rowStart(i);
      b[i] = (b[i]! - dot(factor, start, b, 0, i)) / factor[start + i]!;
    }
  }

  /** L⁻ᵀ b in the place of b. */
  backward(b: Float64Array): void {
    const factor = this.#factor;
    for (let i = this.#size - 1; i >= 0; i--) {
      const start = rowStart(i);
      const own = b[i]! / factor[start + i]!;
      b[i] = own;
      for (let j = 0; j < i; j++) b[j] = b[j]! - factor[start + j]! * own;
    }
  }

  /** Logarithm of the determinant of L Lᵀ. */
  logDeterminant(): number {
    let sum = 0;
    for (let i = 0; i < this.#size; i++) sum += Math.log(this.#factor[rowStart(i) + i]!);
    return 2 * sum;
  }

  /** (L Lᵀ)⁻¹ = L⁻ᵀ L⁻¹: its lower triangle, row behind row. */
  inverse(): Float64Array {
    const n = this.#size;
    const factor = this.#factor;
    const own = new Float64Array(rowStart(n));
    for (let i = 0; i < n; i++) {
      const start = rowStart(i);
      for (let k = 0; k < i; k++) addRow(own, rowStart(k), -factor[start + k]!, own, start, k + 1);
      own[start + i] = 1;
      const pivot = factor[start + i]!;
      for (let j = 0; j <= i; j++) own[start + j] = own[start + j]! / pivot;
    }
    const inverse = new Float64Array(rowStart(n));
    for (let k = 0; k < n; k++) {
      const start = rowStart(k);
      for (let i = 0; i <= k; i++) addRow(own, start, own[start + i]!, inverse, rowStart(i), i + 1);
    }
    return inverse;
  }

  #grow(length: number): void {
    if (length <= this.#factor.length) return;
    const larger = new Float64Array(2 * length);
    larger.set(this.#factor);
    this.#factor = larger;
  }
}

/** into[at + j] += factor · row[from + j] */
function addRow(
  row: Float64Array,
  from: number,
  factor: number,
  into: Float64Array,
  at: number,
  n: number,
): void {
  for (let j = 0; j < n; j++) into[at + j] = into[at + j]! + factor * row[from + j]!;
}
