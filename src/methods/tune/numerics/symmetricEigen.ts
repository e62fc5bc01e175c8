/** What a symmetric matrix is made of: A = V diag(values) Vᵀ. */
export interface Eigen {
  readonly values: Float64Array;
  /** Row-major, a vector in each column. */
  readonly vectors: Float64Array;
}

/** So many sweeps are never needed; each squares what is left. */
const sweeps = 60;

/**
 * Eigenvalues and vectors of a symmetric matrix by Jacobi's rotations, which suit the small sizes here.
 *
 * @param matrix `[size, size]`, row-major; of it the upper half counts
 */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const a = matrix.slice();
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) a[i * size + j] = a[j * size + i]!;
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  for (let sweep = 0; sweep < sweeps && offDiagonal(a, size) > 0; sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]!), vectors };
}

/** The largest element off the diagonal that counts beside its neighbours on it; 0 where there is none. */
function offDiagonal(a: Float64Array, size: number): number {
  let largest = 0;
  for (let p = 0; p < size; p++) {
    for (let q = p + 1; q < size; q++) {
      const own = Math.abs(a[p * size + q]!);
      const scale = Math.sqrt(Math.abs(a[p * size + p]! * a[q * size + q]!));
      if (own > 1e-16 * scale) largest = Math.max(largest, own);
    }
  }
  return largest;
}

/** Makes the element at p, q zero. */
function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const off = a[p * size + q]!;
  if (off === 0) return;
  const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * off);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < size; k++) {
    const [kp, kq] = [a[k * size + p]!, a[k * size + q]!];
    a[k * size + p] = c * kp - s * kq;
    a[k * size + q] = s * kp + c * kq;
  }
  for (let k = 0; k < size; k++) {
    const [pk, qk] = [a[p * size + k]!, a[q * size + k]!];
    a[p * size + k] = c * pk - s * qk;
    a[q * size + k] = s * pk + c * qk;
  }
  a[p * size + q] = 0;
  a[q * size + p] = 0;
  for (let k = 0; k < size; k++) {
    const [kp, kq] = [vectors[k * size + p]!, vectors[k * size + q]!];
    vectors[k * size + p] = c * kp - s * kq;
    vectors[k * size + q] = s * kp + c * kq;
  }
}
