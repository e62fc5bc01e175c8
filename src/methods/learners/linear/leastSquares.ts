/**
 * Least squares by Householder's reflections, column by column (Golub and Van Loan, "Matrix Computations", 5.3.2).
 *
 * A column of which less than `tolerance` of its length is left beside those before it depends on them; its
 * coefficient is 0. So which of two dependent columns counts is decided by their order, as in R's `lm`.
 *
 * @param columns arrays of [rows], written over
 * @param targets arrays of [rows], written over
 * @returns for each target its coefficients, [columns]
 */
export function leastSquares(
  columns: readonly Float64Array[],
  targets: readonly Float64Array[],
  tolerance = 1e-9,
): Float64Array[] {
  const rows = columns[0]?.length ?? 0;
  const lengths = columns.map((column) => length(column, 0));
  const kept: number[] = [];
  const diagonal: number[] = [];
  for (const [j, column] of columns.entries()) {
    const rank = kept.length;
    if (rank === rows) break;
    const left = length(column, rank);
    if (left <= tolerance * lengths[j]!) continue;
    const size = column[rank]! > 0 ? -left : left;
    // The reflector, v, takes the place of what it made 0; its first element stands where the diagonal would.
    column[rank] = column[rank]! - size;
    const factor = -1 / (size * column[rank]!);
    for (const other of columns.slice(j + 1)) reflect(column, factor, other, rank);
    for (const target of targets) reflect(column, factor, target, rank);
    kept.push(j);
    diagonal.push(size);
  }
  return targets.map((target) => backSubstituted(columns, kept, diagonal, target));
}

function length(vector: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < vector.length; i++) sum += vector[i]! * vector[i]!;
  return Math.sqrt(sum);
}

/** `other` − factor · v (vᵀ other), over the rows from `from`. */
function reflect(v: Float64Array, factor: number, other: Float64Array, from: number): void {
  let dot = 0;
  for (let i = from; i < v.length; i++) dot += v[i]! * other[i]!;
  const scale = dot * factor;
  for (let i = from; i < v.length; i++) other[i] = other[i]! - scale * v[i]!;
}

function backSubstituted(
  columns: readonly Float64Array[],
  kept: readonly number[],
  diagonal: readonly number[],
  target: Float64Array,
): Float64Array {
  const coefficients = new Float64Array(columns.length);
  for (let at = kept.length - 1; at >= 0; at--) {
    let rest = target[at]!;
    for (let later = at + 1; later < kept.length; later++) {
      rest -= columns[kept[later]!]![at]! * coefficients[kept[later]!]!;
    }
    coefficients[kept[at]!] = rest / diagonal[at]!;
  }
  return coefficients;
}
