import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readOptions } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { argMax, reweight, type SamplingOptions, sample, samplingFields, truncate } from "./sampling.js";

const draws = (
  probabilities: readonly number[],
  options: SamplingOptions,
  count: number,
  seed = 0,
): number[] => {
  const random = new Generator(seed);
  return Array.from({ length: count }, () => sample(probabilities, options, random));
};

/** Equal to eight digits. */
const expectAll = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 8);
  });
};

describe("reweight", () => {
  it("is exp(log p / T), normalised", () => {
    // p² = .25, .0625, .0625, so 4 : 1 : 1; √p = .7071, .5, .5.
    expectAll(reweight([0.5, 0.25, 0.25], 0.5), [4 / 6, 1 / 6, 1 / 6]);
    expectAll(reweight([0.5, 0.25, 0.25], 2), [0.41421356, 0.29289322, 0.29289322]);
    expectAll(reweight([0.5, 0.25, 0.25], 1), [0.5, 0.25, 0.25]);
    // As the classic example's function gives them for T = 0.2: p⁵.
    expectAll(reweight([0.4, 0.3, 0.2, 0.1], 0.2), [
      0.01024 / 0.013,
      0.00243 / 0.013,
      0.00032 / 0.013,
      0.00001 / 0.013,
    ]);
  });

  it("takes extreme temperatures and probabilities", () => {
    expect([...reweight([0.3, 0.4, 0.3], 1e-6)]).toEqual([0, 1, 0]);
    expect([...reweight([1e-30, 2e-30], 1e-4)]).toEqual([0, 1]);
    const hot = reweight([0.9, 0.0999, 0.0001], 100);
    for (const p of hot) expect(p).toBeCloseTo(1 / 3, 1);
    expect([...reweight([0, 1, 0], 100)]).toEqual([0, 1, 0]);
  });

  it("gives what adds up to 1 and keeps the order", () => {
    const weight = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(weight, { minLength: 1 }),
        fc.double({ min: 1e-6, max: 100, noNaN: true }),
        (p, t) => {
          fc.pre(p.some((value) => value > 0));
          const result = reweight(p, t);
          expect(result.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
          p.forEach((value, i) => {
            if (value > (p[0] as number)) expect(result[i]).toBeGreaterThanOrEqual(result[0] as number);
          });
        },
      ),
    );
  });
});

describe("truncate", () => {
  const p = Float64Array.of(0.1, 0.4, 0.3, 0.2);

  it("keeps the topK most likely, of equal ones the first", () => {
    expect([...truncate(p, 2, 1)]).toEqual([0, 0.4, 0.3, 0]);
    expect([...truncate(Float64Array.of(0.25, 0.25, 0.5), 2, 1)]).toEqual([0.25, 0, 0.5]);
    expect(truncate(p, 4, 1)).toBe(p);
  });

  it("keeps the fewest that together reach topP", () => {
    expect([...truncate(p, 4, 0.4)]).toEqual([0, 0.4, 0, 0]);
    expect([...truncate(p, 4, 0.41)]).toEqual([0, 0.4, 0.3, 0]);
    expect([...truncate(p, 4, 0.71)]).toEqual([0, 0.4, 0.3, 0.2]);
    expect([...truncate(p, 4, 1e-9)]).toEqual([0, 0.4, 0, 0]);
  });

  it("keeps what is in both sets", () => {
    expect([...truncate(p, 1, 0.9)]).toEqual([0, 0.4, 0, 0]);
    expect([...truncate(p, 3, 0.5)]).toEqual([0, 0.4, 0.3, 0]);
  });
});

describe("sample", () => {
  const p = [0.1, 0.2, 0.3, 0.4];

  /** Pearson's statistic against expected probabilities; zeros must not occur. */
  const chiSquare = (results: readonly number[], expected: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < expected.length; i++) {
      const count = results.filter((result) => result === i).length;
      const mean = results.length * (expected[i] as number);
      if (mean === 0) expect(count).toBe(0);
      else sum += (count - mean) ** 2 / mean;
    }
    return sum;
  };

  it.each([
    [{}, p],
    [{ temperature: 0.5 }, [1 / 30, 4 / 30, 9 / 30, 16 / 30]],
    [{ temperature: 2 }, reweight(p, 2)],
    [{ topK: 2 }, [0, 0, 3 / 7, 4 / 7]],
    [{ topP: 0.8 }, [0, 2 / 9, 3 / 9, 4 / 9]],
    [{ topK: 3, topP: 0.6, temperature: 1 }, [0, 0, 3 / 7, 4 / 7]],
  ])("with %o draws as often as it should", (options, expected) => {
    // 16.27 is the 99.9th percentile at 3 degrees of freedom.
    expect(chiSquare(draws(p, options, 20000), expected)).toBeLessThan(16.27);
  });

  it("greedy takes the most likely, of equal ones the first, and draws nothing", () => {
    expect(draws([0.2, 0.4, 0.4], { greedy: true, temperature: 100 }, 3)).toEqual([1, 1, 1]);
    const random = new Generator(3);
    sample(p, { greedy: true }, random);
    expect(random.state()).toEqual(new Generator(3).state());
    expect(argMax([3, 1, 3])).toBe(0);
  });

  it("with the same seed draws the same", () => {
    expect(draws(p, { temperature: 0.8 }, 50, 7)).toEqual(draws(p, { temperature: 0.8 }, 50, 7));
    expect(draws(p, { temperature: 0.8 }, 50, 7)).not.toEqual(draws(p, { temperature: 0.8 }, 50, 8));
  });

  it("never draws what has probability 0", () => {
    expect(new Set(draws([0, 0.5, 0, 0.5, 0], { temperature: 100 }, 1000))).toEqual(new Set([1, 3]));
  });

  it("refuses what is no probability", () => {
    expect(() => draws([Number.NaN, 0.5], {}, 1)).toThrow("expected a finite number from 0");
    expect(() => draws([0, 0], {}, 1)).toThrow("expected a finite number from 0");
  });
});

describe("sampling options", () => {
  const checkSampling = (options: SamplingOptions): unknown => readOptions("sample", options, samplingFields);

  it.each([
    [
      { temperature: 0 },
      "sample: temperature must be a number above 0 and up to 1000000, received 0. For the limit 0 use greedy.",
    ],
    [{ temperature: -1 }, "temperature must be a number above 0"],
    [{ temperature: Number.NaN }, "temperature must be a number above 0"],
    [{ temperature: Number.POSITIVE_INFINITY }, "temperature must be a number above 0"],
    [{ topK: 0 }, "sample: topK must be a whole number from 1 to 1000000, received 0."],
    [{ topK: 1.5 }, "topK must be a whole number"],
    [{ topP: 0 }, "sample: topP must be a number above 0 and up to 1, received 0."],
    [{ topP: 1.1 }, "topP must be a number above 0 and up to 1"],
  ])("refuses %o", (options, message) => {
    expect(() => checkSampling(options)).toThrow(message);
  });

  it("refuses an unknown option and takes the limits", () => {
    const typo: object = { temprature: 1 };
    expect(() => checkSampling(typo)).toThrow('Did you mean "temperature"?');
    checkSampling({ temperature: 1e-6, topK: 1, topP: 1, greedy: false });
  });
});
