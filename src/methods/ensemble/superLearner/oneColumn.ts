/** Of two classes the probability of the second. */
export function oneColumn(predictions: Float64Array, classes: number | undefined): Float64Array {
  if (classes !== 2) return predictions;
  return Float64Array.from(
    { length: predictions.length / 2 },
    (_, row) => predictions[2 * row + 1] as number,
  );
}
