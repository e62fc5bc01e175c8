/** An exact fraction in lowest terms, as lengths in music are; the denominator is from 1. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

export const zero: Fraction = { numerator: 0, denominator: 1 };
export const one: Fraction = { numerator: 1, denominator: 1 };

function divisorOf(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small !== 0) [large, small] = [small, large % small];
  return large;
}

/**
 * A fraction in lowest terms.
 *
 * @param numerator from 0
 * @param denominator from 1
 */
export function fraction(numerator: number, denominator = 1): Fraction {
  const divisor = divisorOf(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** Their sum. */
export function plus(a: Fraction, b: Fraction): Fraction {
  if (a.denominator === b.denominator) return fraction(a.numerator + b.numerator, a.denominator);
  // By the common divisor first, so that the products stay small.
  const divisor = divisorOf(a.denominator, b.denominator);
  const [left, right] = [b.denominator / divisor, a.denominator / divisor];
  return fraction(a.numerator * left + b.numerator * right, a.denominator * left);
}

/** Their product. */
export function times(a: Fraction, b: Fraction): Fraction {
  const [left, right] = [fraction(a.numerator, b.denominator), fraction(b.numerator, a.denominator)];
  return {
    numerator: left.numerator * right.numerator,
    denominator: left.denominator * right.denominator,
  };
}

/** Below 0 where the first is smaller, above 0 where it is larger, 0 where they are equal. */
export function compare(a: Fraction, b: Fraction): number {
  return a.numerator * b.denominator - b.numerator * a.denominator;
}

/** Whether both parts are still exact. */
export function isExact({ numerator, denominator }: Fraction): boolean {
  return Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator);
}

/** As music writes it: `3/4`, and `2` for a whole number. */
export function written({ numerator, denominator }: Fraction): string {
  return denominator === 1 ? String(numerator) : `${numerator}/${denominator}`;
}
