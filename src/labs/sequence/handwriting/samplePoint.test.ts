import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { type SampledPoint, samplePoint } from "./samplePoint.js";

/** Two components: shares, means of x and y, logarithms of deviations, what correlations are tangents of. */
const density = (
  change: Partial<Record<"pen" | "end" | "r" | "log" | "share", number>> = {},
): Float32Array => {
  const { pen = 0, end = 0, r = 0, log = 0, share = 0 } = change;
  return Float32Array.of(pen, share, 0, 3, -3, 1, -1, log, log, log, log, r, r, end);
};

const draw = (from: Float32Array, bias: number, count = 4000): SampledPoint[] => {
  const random = new Generator(1);
  return Array.from({ length: count }, () => samplePoint(from, bias, random));
};
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

describe("samplePoint", () => {
  it("draws from the mixture", () => {
    const points = draw(density({ log: Math.log(0.5), share: Math.log(3) }), 0);
    const first = points.filter(({ dx }) => dx > 0);
    expect(first.length / points.length).toBeCloseTo(0.75, 1);
    expect(mean(first.map(({ dx }) => dx))).toBeCloseTo(3, 1);
    expect(mean(first.map(({ dy }) => dy))).toBeCloseTo(1, 1);
    expect(deviation(first.map(({ dx }) => dx))).toBeCloseTo(0.5, 1);
  });

  it("draws dx and dy together where they correlate", () => {
    const points = draw(density({ r: Math.atanh(0.8), share: 30 }), 0);
    const [x, y] = [points.map(({ dx }) => dx - 3), points.map(({ dy }) => dy - 1)];
    expect(mean(x.map((one, at) => one * (y[at] as number)))).toBeCloseTo(0.8, 1);
    expect(deviation(y)).toBeCloseTo(1, 1);
  });

  it("multiplies deviations by e to the power of −bias and sharpens shares", () => {
    const points = draw(density({ share: Math.log(3) }), 1);
    const first = points.filter(({ dx }) => dx > 0);
    expect(first.length / points.length).toBeCloseTo(0.9, 1);
    expect(deviation(first.map(({ dx }) => dx))).toBeCloseTo(Math.exp(-1), 1);
    const neat = draw(density({ share: Math.log(3) }), 10, 50);
    for (const { dx, dy } of neat) {
      expect(dx).toBeCloseTo(3, 2);
      expect(dy).toBeCloseTo(1, 2);
    }
  });

  it("lifts the pen with its probability, and ends at lifted pens alone", () => {
    const points = draw(density({ pen: Math.log(1 / 3), end: Math.log(4) }), 2);
    const lifted = points.filter((point) => point.lifted);
    expect(lifted.length / points.length).toBeCloseTo(0.25, 1);
    expect(lifted.filter(({ ends }) => ends).length / lifted.length).toBeCloseTo(0.8, 1);
    expect(points.some((point) => point.ends && !point.lifted)).toBe(false);
  });

  it("is finite at extremes, and draws as many numbers whatever comes out", () => {
    for (const size of [1e30, -1e30]) {
      const random = new Generator(2);
      const point = samplePoint(
        density({ pen: size, end: size, r: size, log: -Math.abs(size), share: size }),
        0,
        random,
      );
      expect([point.dx, point.dy].every(Number.isFinite)).toBe(true);
      expect(random.state().counter).toBe(7);
    }
  });
});
