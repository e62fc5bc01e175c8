import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare, fraction, isExact, plus, times, written } from "./fraction.js";

describe("fractions", () => {
  it("are in lowest terms", () => {
    expect(fraction(6, 8)).toEqual({ numerator: 3, denominator: 4 });
    expect(fraction(0, 8)).toEqual({ numerator: 0, denominator: 1 });
    expect(written(fraction(6, 8))).toBe("3/4");
    expect(written(fraction(8, 4))).toBe("2");
  });

  it("add, multiply and compare exactly", () => {
    // Three notes of a triplet: 3 × 1/8 × 2/3.
    const third = times(fraction(1, 8), fraction(2, 3));
    expect(third).toEqual(fraction(1, 12));
    expect(plus(plus(third, third), third)).toEqual(fraction(1, 4));
    expect(compare(fraction(1, 3), fraction(333, 1000))).toBeGreaterThan(0);
    expect(compare(fraction(2, 6), fraction(1, 3))).toBe(0);
    expect(compare(fraction(3, 8), fraction(1, 2))).toBeLessThan(0);
  });

  it("keep to the rules of numbers", () => {
    const any = fc
      .tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 5000 }))
      .map(([numerator, denominator]) => fraction(numerator, denominator));
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        expect(plus(a, b)).toEqual(plus(b, a));
        expect(times(a, plus(b, c))).toEqual(plus(times(a, b), times(a, c)));
        expect(Math.sign(compare(plus(a, c), plus(b, c)))).toBe(Math.sign(compare(a, b)));
      }),
    );
  });

  it("say where they are no longer exact", () => {
    expect(isExact(fraction(2 ** 40, 3))).toBe(true);
    expect(isExact(times(fraction(3 ** 30, 1), fraction(5 ** 20, 1)))).toBe(false);
  });
});
