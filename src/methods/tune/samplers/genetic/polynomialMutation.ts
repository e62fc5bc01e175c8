/**
 * A number of [0, 1] moved by a random step whose density falls as a power of its length, cut off at the ends (Deb and Agrawal,
 * "A Niched-Penalty Approach for Constraint Handling in Genetic Algorithms", 1999).
 *
 * @param u uniform in [0, 1)
 * @param eta the distribution index, from 0: the larger, the smaller the steps
 */
export function polynomialMutation(x: number, u: number, eta: number): number {
  const power = eta + 1;
  const step =
    u < 0.5
      ? (2 * u + (1 - 2 * u) * (1 - x) ** power) ** (1 / power) - 1
      : 1 - (2 * (1 - u) + (2 * u - 1) * x ** power) ** (1 / power);
  return Math.min(1, Math.max(0, x + step));
}
