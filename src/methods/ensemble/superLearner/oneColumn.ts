/** Columns of predictions in the form of {@link oneColumn}. */
export const poolWidth = (classes: number | undefined): number =>
  classes === undefined || classes === 2 ? 1 : classes;

/** Of two classes the probability of the second. */
export function oneColumn(predictions: Float64Array, classes: number | undefined): Float64Array {
  if (classes !== 2) return predictions;
  return Float64Array.from(
    { length: predictions.length / 2 },
    (_, row) => predictions[2 * row + 1] as number,
  );
}
