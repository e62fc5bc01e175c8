/** A point of a descent on the simplex. */
export interface Descent {
  readonly weights: Float64Array;
  readonly value: number;
  /** The step that was taken, where the next may begin. */
  readonly rate: number;
}

const smallestRate = 1e-18;

/**
 * A step of exponentiated gradient (Kivinen and Warmuth 1997): a_l ← a_l exp(−η g_l), divided by the sum, so that weights
 * stay on the simplex; with backtracking: η is halved until the value falls by half of what the gradient promises.
 *
 * @returns `undefined` where no step makes the value smaller
 */
export function exponentiatedStep(
  value: (weights: Float64Array) => number,
  { weights, value: before, rate }: Descent,
  gradient: Float64Array,
): Descent | undefined {
  const least = Math.min(...gradient);
  for (let step = rate; step > smallestRate; step /= 2) {
    const powers = weights.map(
      (weight, index) => weight * Math.exp(-step * ((gradient[index] as number) - least)),
    );
    const total = powers.reduce((sum, power) => sum + power, 0);
    if (!(total > 0)) continue;
    const next = powers.map((power) => power / total);
    const promised = next.reduce(
      (sum, weight, index) => sum + (gradient[index] as number) * (weight - (weights[index] as number)),
      0,
    );
    const there = value(next);
    if (there < before && there <= before + 0.5 * promised)
      return { weights: next, value: there, rate: 2 * step };
  }
  return undefined;
}
