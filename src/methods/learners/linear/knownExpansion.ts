/** Second derivatives for some parameters, and how far those have gone since. */
export interface KnownExpansion {
  /** Rising. */
  readonly numbers: Int32Array;
  /** [numbers, numbers] */
  readonly matrix: Float64Array;
  /** The largest squared change of a step since, weighed by the curvature. */
  moved: number;
}

/** The rows and columns of some of its parameters; `undefined` where it does not have them all. */
export function partOf({ numbers, matrix }: KnownExpansion, wanted: Int32Array): Float64Array | undefined {
  const places = new Int32Array(wanted.length);
  for (let at = 0, i = 0; i < wanted.length; i++) {
    while (at < numbers.length && numbers[at]! < wanted[i]!) at++;
    if (numbers[at] !== wanted[i]) return undefined;
    places[i] = at;
  }
  if (wanted.length === numbers.length) return matrix;
  const part = new Float64Array(wanted.length ** 2);
  for (let i = 0; i < wanted.length; i++) {
    const from = places[i]! * numbers.length;
    for (let j = 0; j < wanted.length; j++) part[i * wanted.length + j] = matrix[from + places[j]!]!;
  }
  return part;
}
