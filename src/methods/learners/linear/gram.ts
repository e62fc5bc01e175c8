/**
 * Σ_i w_i a_i b_i / n for every two columns.
 *
 * @param columns arrays of [rows]
 * @param weights [rows]; default: all 1
 * @returns [columns, columns] row-major, symmetric
 */
export function gram(columns: readonly Float64Array[], weights?: Float64Array): Float64Array {
  const size = columns.length;
  const rows = columns[0]?.length ?? 0;
  const result = new Float64Array(size * size);
  for (const [i, a] of columns.entries()) {
    dots(weights === undefined ? a : multiplied(a, weights), columns, i + 1, result, i * size);
    for (let j = 0; j <= i; j++) {
      const mean = result[i * size + j]! / rows;
      result[i * size + j] = mean;
      result[j * size + i] = mean;
    }
  }
  return result;
}

/**
 * Σ_i a_i b_i for the first `count` columns, four at a time: their sums do not wait for each other, and each is added up
 * in the order of the rows, as one alone would be.
 *
 * @param into where the sums go, from `at` on
 */
export function dots(
  a: Float64Array,
  columns: readonly Float64Array[],
  count: number,
  into: Float64Array,
  at = 0,
): void {
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    const [b, c, d, e] = [columns[j]!, columns[j + 1]!, columns[j + 2]!, columns[j + 3]!];
    let [sumB, sumC, sumD, sumE] = [0, 0, 0, 0];
    for (let i = 0; i < a.length; i++) {
      const one = a[i]!;
      sumB += one * b[i]!;
      sumC += one * c[i]!;
      sumD += one * d[i]!;
      sumE += one * e[i]!;
    }
    into[at + j] = sumB;
    into[at + j + 1] = sumC;
    into[at + j + 2] = sumD;
    into[at + j + 3] = sumE;
  }
  for (; j < count; j++) {
    const b = columns[j]!;
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
    into[at + j] = sum;
  }
}

/** a_i b_i, in a new array unless `into` is given. */
export function multiplied(
  a: Float64Array,
  b: Float64Array,
  into: Float64Array = new Float64Array(a.length),
): Float64Array {
  for (let i = 0; i < a.length; i++) into[i] = a[i]! * b[i]!;
  return into;
}

/** Σ_i w_i a_i b_i / n. */
export function meanProduct(a: Float64Array, b: Float64Array, weights?: Float64Array): number {
  let sum = 0;
  if (weights === undefined) for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  else for (let i = 0; i < a.length; i++) sum += weights[i]! * a[i]! * b[i]!;
  return sum / a.length;
}
