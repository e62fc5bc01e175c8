/** The mean of at least one value. */
export function meanOf(values: readonly number[]): number {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  // The sum of large numbers may be none, where their mean is one.
  return Number.isFinite(mean) ? mean : values.reduce((sum, one) => sum + one / values.length, 0);
}

/** The standard error of the mean of at least two values. */
export function errorOf(values: readonly number[]): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
