import { describe, expect, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import type { Shape } from "../../engine/tensor/shape.js";
import { fans } from "./fans.js";
import type { Initializer } from "./initializer.js";
import { initializer } from "./resolve.js";
import { varianceScaling } from "./varianceScaling.js";

function drawnFrom(made: Initializer, shape: Shape, seed = 1): number[] {
  const tensor = made.make(shape, new Generator(seed));
  expect(tensor.shape).toEqual(shape);
  return Array.from(tensor.data);
}

const meanOf = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
const deviationOf = (x: readonly number[]): number => {
  const mean = meanOf(x);
  return Math.sqrt(meanOf(x.map((value) => (value - mean) ** 2)));
};

describe("fans", () => {
  it.each([
    [[], 1, 1],
    [[7], 7, 7],
    [[3, 5], 3, 5],
    [[3, 4, 5], 12, 15],
    [[3, 3, 8, 16], 72, 144],
  ])("of %j are Keras's", (shape, fanIn, fanOut) => {
    expect(fans(shape)).toEqual({ fanIn, fanOut });
  });
});

describe("random initialisers", () => {
  const shape = [200, 300];
  // The standard error of a mean of 60,000 elements is 0.0041 deviations, of a deviation about 0.003.
  it.each([
    ["randomUniform", { minval: 1, maxval: 3 }, 2, 2 / Math.sqrt(12), [1, 3]],
    ["randomUniform", {}, 0, 0.1 / Math.sqrt(12), [-0.05, 0.05]],
    ["randomNormal", { mean: -2, stddev: 0.5 }, -2, 0.5, [-6, 2]],
    ["randomNormal", {}, 0, 0.05, [-0.4, 0.4]],
    ["truncatedNormal", { mean: 1, stddev: 2 }, 1, 2 * 0.87962566, [-3, 5]],
    ["truncatedNormal", {}, 0, 0.05 * 0.87962566, [-0.1, 0.1]],
    ["glorotUniform", {}, 0, Math.sqrt(2 / 500), [-Math.sqrt(6 / 500), Math.sqrt(6 / 500)]],
    ["glorotNormal", {}, 0, Math.sqrt(2 / 500), [-0.15, 0.15]],
    ["heUniform", {}, 0, Math.sqrt(2 / 200), [-Math.sqrt(6 / 200), Math.sqrt(6 / 200)]],
    ["heNormal", {}, 0, Math.sqrt(2 / 200), [-0.228, 0.228]],
    ["lecunUniform", {}, 0, Math.sqrt(1 / 200), [-Math.sqrt(3 / 200), Math.sqrt(3 / 200)]],
    ["lecunNormal", {}, 0, Math.sqrt(1 / 200), [-0.161, 0.161]],
    ["varianceScaling", {}, 0, Math.sqrt(1 / 200), [-0.161, 0.161]],
    ["varianceScaling", { scale: 3, mode: "fanOut", distribution: "untruncatedNormal" }, 0, 0.1, [-0.7, 0.7]],
  ])("%s %j has its mean, deviation and bounds", (name, config, mean, deviation, [low, high]) => {
    const x = drawnFrom(initializer({ name, config }), shape);
    expect(Math.abs(meanOf(x) - mean)).toBeLessThan(0.0165 * deviation);
    expect(Math.abs(deviationOf(x) / deviation - 1)).toBeLessThan(0.012);
    expect(Math.min(...x.slice(0, 30000))).toBeGreaterThanOrEqual(low as number);
    expect(Math.max(...x.slice(0, 30000))).toBeLessThanOrEqual(high as number);
  });

  it("truncatedNormal reaches close to its bounds, uniform too", () => {
    const normal = drawnFrom(initializer("truncatedNormal"), [30000]);
    expect(Math.max(...normal)).toBeGreaterThan(0.099);
    const uniform = drawnFrom(initializer("randomUniform"), [30000]);
    expect(Math.min(...uniform)).toBeLessThan(-0.0499);
  });

  it.each(initializer.names.filter((name) => name !== "identity"))(
    "%s gives the same bytes for the same seed",
    (name) => {
      const made = initializer(name);
      expect(drawnFrom(made, [6, 5], 9)).toEqual(drawnFrom(made, [6, 5], 9));
      if (!["zeros", "ones", "constant"].includes(name)) {
        expect(drawnFrom(made, [6, 5], 9)).not.toEqual(drawnFrom(made, [6, 5], 10));
      }
    },
  );

  it("varianceScaling counts at least one fan", () => {
    const x = drawnFrom(varianceScaling({ distribution: "uniform" }), [0, 5]);
    expect(x).toEqual([]);
  });
});

describe("orthogonal", () => {
  function product(x: readonly number[], rows: number, columns: number, ofColumns: boolean): number[][] {
    const count = ofColumns ? columns : rows;
    const length = ofColumns ? rows : columns;
    const at = (vector: number, i: number): number =>
      x[ofColumns ? i * columns + vector : vector * columns + i] as number;
    return Array.from({ length: count }, (_, a) =>
      Array.from({ length: count }, (_, b) =>
        Array.from({ length }, (_, i) => at(a, i) * at(b, i)).reduce((sum, term) => sum + term, 0),
      ),
    );
  }

  it.each([
    [[8, 5], 8, 5, true],
    [[5, 8], 5, 8, false],
    [[6, 6], 6, 6, true],
    [[2, 3, 4], 6, 4, true],
  ])("has orthonormal vectors for %j", (shape, rows, columns, ofColumns) => {
    const gram = product(drawnFrom(initializer("orthogonal"), shape), rows, columns, ofColumns);
    gram.forEach((row, a) => {
      row.forEach((value, b) => {
        expect(value).toBeCloseTo(a === b ? 1 : 0, 6);
      });
    });
  });

  it("has no preferred direction: each element of a rotation has mean 0", () => {
    const random = new Generator(3);
    const made = initializer("orthogonal");
    const sums = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) {
      made.make([2, 2], random).data.forEach((value, j) => {
        sums[j] = (sums[j] as number) + value;
      });
    }
    // An element has deviation √½; four standard errors of a mean of 4000.
    for (const sum of sums) expect(Math.abs(sum / 4000)).toBeLessThan((4 * Math.SQRT1_2) / Math.sqrt(4000));
  });

  it("takes a gain and refuses vectors", () => {
    const x = drawnFrom(initializer({ name: "orthogonal", config: { gain: 3 } }), [4, 1]);
    expect(Math.hypot(...x)).toBeCloseTo(3, 5);
    expect(() => drawnFrom(initializer("orthogonal"), [4])).toThrow(
      "orthogonal: expected a shape of rank 2 or more, received [4].",
    );
  });
});

describe("fixed initialisers", () => {
  it("fill", () => {
    expect(drawnFrom(initializer("zeros"), [3])).toEqual([0, 0, 0]);
    expect(drawnFrom(initializer("ones"), [2, 1])).toEqual([1, 1]);
    expect(drawnFrom(initializer({ name: "constant", config: { value: 2.5 } }), [2])).toEqual([2.5, 2.5]);
    expect(drawnFrom(initializer({ name: "identity", config: { gain: 2 } }), [2, 3])).toEqual([
      2, 0, 0, 0, 2, 0,
    ]);
    expect(() => drawnFrom(initializer("identity"), [2, 2, 2])).toThrow(
      "identity: expected the shape of a matrix, received [2, 2, 2].",
    );
  });
});
