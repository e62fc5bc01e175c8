import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cosineOfTurns, log } from "./elementary.js";

describe("log", () => {
  it("agrees with the engine's", () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -40, max: 2 ** 40, noNaN: true }), (x) => {
        expect(Math.abs(log(x) - Math.log(x))).toBeLessThanOrEqual(1e-15 * Math.abs(Math.log(x)));
      }),
      { seed: 1 },
    );
  });

  it("is exact at 1 and right beside it", () => {
    expect(log(1)).toBe(0);
    expect(log(1 - 2 ** -32)).toBe(Math.log1p(-(2 ** -32)));
  });
});

describe("cosineOfTurns", () => {
  it("agrees with the engine's", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (t) => {
        expect(Math.abs(cosineOfTurns(t) - Math.cos(2 * Math.PI * t))).toBeLessThan(1e-15);
      }),
      { seed: 1 },
    );
  });

  it("is exact at quarter turns", () => {
    expect([0, 0.25, 0.5, 0.75, 1].map((t) => cosineOfTurns(t) + 0)).toEqual([1, 0, -1, 0, 1]);
  });
});
