/**
 * Whether one list of losses is nowhere larger than another and somewhere smaller (Pareto's order). NaN counts as infinite.
 */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let isSmaller = false;
  for (let i = 0; i < a.length; i++) {
    const [own, other] = [knownLoss(a[i]!), knownLoss(b[i]!)];
    if (own > other) return false;
    isSmaller ||= own < other;
  }
  return isSmaller;
}

/** A loss that can be compared. */
export function knownLoss(loss: number): number {
  return Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss;
}
