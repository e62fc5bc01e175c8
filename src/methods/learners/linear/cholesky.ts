/**
 * Solves A x = b for a symmetric positive definite A.
 *
 * @param a [size, size] row-major; its lower triangle is written over with the factor
 * @param b [size], written over with x
 * @returns whether A was positive definite; if not, `b` is left half done
 */
export function solvePositive(a: Float64Array, b: Float64Array): boolean {
  const size = b.length;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * size + k]! * a[j * size + k]!;
      if (i === j) {
        if (!(sum > 0)) return false;
        a[i * size + i] = Math.sqrt(sum);
      } else a[i * size + j] = sum / a[j * size + j]!;
    }
  }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) b[i] = b[i]! - a[i * size + k]! * b[k]!;
    b[i] = b[i]! / a[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) b[i] = b[i]! - a[k * size + i]! * b[k]!;
    b[i] = b[i]! / a[i * size + i]!;
  }
  return true;
}
