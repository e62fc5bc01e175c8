import { describe, expect, it } from "vitest";
import type { Seen } from "../sampler.js";
import { bestOf, trustRegionOf } from "./trustRegion.js";

const trial = (number: number, x: number, loss?: number): Seen => ({
  number,
  point: new Map([["x", x]]),
  state: loss === undefined ? "failed" : "complete",
  loss,
});
const distance = (a: Seen, b: Seen): number =>
  Math.abs((a.point.get("x") as number) - (b.point.get("x") as number));
const regionOf = (
  trials: readonly Seen[],
  isOwn = (_: Seen): boolean => true,
): ReturnType<typeof trustRegionOf> => trustRegionOf(trials, 2, distance, isOwn);

describe("the trust region", () => {
  it("lies around the best trial", () => {
    expect(regionOf([])).toBeUndefined();
    expect(regionOf([trial(0, 0.5)])).toBeUndefined();
    const trials = [trial(0, 0.2, 3), trial(1, 0.4, 1), trial(2, 0.3, 1)];
    expect(regionOf(trials, () => false)).toEqual({ centre: trials[1], side: 0.8 });
    expect(bestOf(trials)).toBe(trials[1]);
  });

  it("doubles after three successes, and halves after four failures in a row", () => {
    const falling = [4, 3, 2].map((loss, i) => trial(i, 0.5, loss));
    expect(regionOf(falling)?.side).toBe(1.6);
    const flat = [1, 2, 2, undefined, 2].map((loss, i) => trial(i, 0.5, loss));
    expect(regionOf(flat)?.side).toBe(0.4);
    expect(regionOf(flat.slice(0, 4))?.side).toBe(0.8);
    expect(regionOf(flat, ({ number }) => number < 4)?.side).toBe(0.8);
  });

  it("begins anew far from where it has become too small", () => {
    const first = trial(0, 0.1, 1);
    const other = trial(1, 0.7, 2);
    const failures = Array.from({ length: 35 }, (_, i) => trial(i + 2, 0.1, 3));
    const region = regionOf([first, other, ...failures]);
    expect(region?.centre).toBe(other);
    expect(region?.side).toBe(0.8);
    expect(regionOf([first, ...failures, trial(37, 0.1, 3)])).toBeUndefined();
  });

  it("is as wide as at first where something better is found outside", () => {
    const failures = Array.from({ length: 8 }, (_, i) => trial(i + 1, 0.1, 3));
    const before = [trial(0, 0.1, 1), ...failures];
    expect(regionOf(before)?.side).toBe(0.2);
    expect(regionOf([...before, trial(9, 0.9, 0.5)], ({ number }) => number < 9)?.side).toBe(0.8);
    expect(regionOf([...before, trial(9, 0.2, 0.5)], ({ number }) => number < 9)?.side).toBe(0.2);
  });
});
