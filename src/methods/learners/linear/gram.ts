/**
 * Σ_i w_i a_i b_i / n for every two columns.
 *
 * @param columns arrays of [rows]
 * @param weights [rows]; default: all 1
 * @returns [columns, columns] row-major, symmetric
 */
export function gram(columns: readonly Float64Array[], weights?: Float64Array): Float64Array {
  const size = columns.length;
  const result = new Float64Array(size * size);
  for (const [i, a] of columns.entries()) {
    for (let j = 0; j <= i; j++) {
      const mean = meanProduct(a, columns[j]!, weights);
      result[i * size + j] = mean;
      result[j * size + i] = mean;
    }
  }
  return result;
}

/** Σ_i w_i a_i b_i / n. */
export function meanProduct(a: Float64Array, b: Float64Array, weights?: Float64Array): number {
  let sum = 0;
  if (weights === undefined) for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  else for (let i = 0; i < a.length; i++) sum += weights[i]! * a[i]! * b[i]!;
  return sum / a.length;
}
