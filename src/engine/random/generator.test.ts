import { describe, expect, it } from "vitest";
import { Generator, type GeneratorState } from "./generator.js";
import { bits } from "./hash.js";

const draw = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next);
const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

describe("a seed", () => {
  // Saved models and published results rest on these. A change here is a breaking change.
  it("gives these values for ever", () => {
    expect(new Generator(42).state()).toEqual({ key: [3559362412, 959185281], counter: 0 });
    expect(
      draw(
        4,
        (
          (g) => () =>
            g.uint32()
        )(new Generator(42)),
      ),
    ).toEqual([0x0b59e5c1, 0x3ec9f586, 0xdf93e50e, 0xb60b9f1c]);
    expect([...new Generator(42).uniforms(3)]).toEqual([
      0.044340431690216064, 0.24526911973953247, 0.8733504414558411,
    ]);
    expect([...new Generator(42).normals(4)]).toEqual(
      [0.07419229298830032, -0.1258891373872757, -1.631055474281311, 0.6329248547554016].map(Math.fround),
    );
    expect([...new Generator(42).permutation(10)]).toEqual([2, 5, 9, 3, 1, 4, 8, 6, 0, 7]);
    expect(new Generator(42).split("dropout").uint32()).toBe(0xf4fa7ba6);
    expect(new Generator(42).split(3).uint32()).toBe(0xc1927adf);
  });

  it("gives unrelated streams to neighbouring seeds", () => {
    const streams = draw(
      9,
      (
        (seed) => () =>
          new Generator(seed++).uniforms(20_000)
      )(0),
    );
    for (let i = 0; i < streams.length; i++) {
      for (let j = 0; j < i; j++) {
        // Five standard errors of 1 / sqrt(20,000).
        expect(Math.abs(correlation(streams[i]!, streams[j]!))).toBeLessThan(0.035);
      }
    }
  });

  it("gives first values of seeds 0, 1, 2, … that look drawn themselves", () => {
    const firsts = draw(
      20_000,
      (
        (seed) => () =>
          new Generator(seed++).uniform()
      )(0),
    );
    expect(Math.abs(mean(firsts) - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(correlation(firsts.slice(1), firsts.slice(0, -1)))).toBeLessThan(0.035);
  });

  it("counts with all of its 53 bits", () => {
    const first = (seed: number) => new Generator(seed).uint32();
    expect(new Set([first(1), first(1 + 2 ** 32), first(1 + 2 ** 52), first(2 ** 53 - 1)]).size).toBe(4);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("cannot be %d", (seed) => {
    expect(() => new Generator(seed)).toThrow(`received ${seed}.`);
  });
});

describe("state", () => {
  it("goes on where it stood, through JSON", () => {
    const generator = new Generator(7);
    generator.uniforms(5);
    generator.truncatedNormal();
    const state: GeneratorState = JSON.parse(JSON.stringify(generator.state()));
    const expected = draw(10, () => generator.uint32());
    const restored = Generator.from(state);
    expect(draw(10, () => restored.uint32())).toEqual(expected);
  });

  it("is a copy", () => {
    const generator = new Generator(7);
    const before = generator.state();
    generator.uint32();
    expect(before.counter).toBe(0);
    expect(generator.state().counter).toBe(1);
  });

  it("runs on past 2³² without repeating the block before", () => {
    const { key } = new Generator(7).state();
    const across = Generator.from({ key, counter: 2 ** 32 - 1 });
    const values = draw(3, () => across.uint32());
    expect(across.state().counter).toBe(2 ** 32 + 2);
    const start = new Generator(7);
    expect(values.slice(1)).not.toEqual(draw(2, () => start.uint32()));
    expect(values).toEqual([bits(key, 2 ** 32 - 1), bits(key, 0, 1), bits(key, 1, 1)]);
  });

  it.each([
    { key: [1, 2], counter: -1 },
    { key: [1, 2], counter: 2 ** 53 },
    { key: [1, -2], counter: 0 },
    { key: [1.5, 2], counter: 0 },
    { key: [1], counter: 0 },
    { key: "12", counter: 0 },
    { counter: 0 },
  ])("is refused if it is not one: %j", (state) => {
    expect(() => Generator.from(state as GeneratorState)).toThrow("Not the state of a generator");
  });
});

describe("split", () => {
  it("depends on the seed and the label, not on what was drawn", () => {
    const generator = new Generator(1);
    const before = generator.split("a").uint32();
    generator.uniforms(100);
    expect(generator.split("a").uint32()).toBe(before);
    expect(generator.state().counter).toBe(100);
    expect(new Generator(2).split("a").uint32()).not.toBe(before);
  });

  it("tells labels apart, also nested ones and those of the other kind", () => {
    const g = new Generator(1);
    const streams = [g, g.split("1"), g.split(1), g.split(-1), g.split(2 ** 40), g.split(""), g.split("1a")];
    streams.push(
      g.split("a").split("b"),
      g.split("b").split("a"),
      g.split("ab"),
      g.split("ä"),
      g.split("\u0000"),
    );
    expect(new Set(streams.map((stream) => stream.state().key.join())).size).toBe(streams.length);
  });

  it("gives unrelated children", () => {
    const g = new Generator(1);
    const streams = [g, g.split(0), g.split(1), g.split("dense"), g.split("dense_1"), g.split(0).split(0)];
    const values = streams.map((stream) => stream.uniforms(20_000));
    for (let i = 0; i < values.length; i++) {
      for (let j = 0; j < i; j++) expect(Math.abs(correlation(values[i]!, values[j]!))).toBeLessThan(0.035);
    }
  });

  it("takes no fractions", () => {
    expect(() => new Generator(1).split(0.5)).toThrow("received 0.5");
  });
});

describe("uniform", () => {
  const values = new Generator(3).uniforms(200_000);

  it("stays from 0 to below 1, in steps of 2⁻²⁴", () => {
    expect(values.every((value) => value >= 0 && value < 1 && Number.isInteger(value * 2 ** 24))).toBe(true);
    const generator = new Generator(3);
    expect(draw(5, () => generator.uniform())).toEqual([...values.subarray(0, 5)]);
  });

  it("has the moments of the uniform distribution", () => {
    // Five standard errors: sqrt(1/12/n) of the mean, sqrt(1/180/n) of the variance.
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(0.0033);
    expect(Math.abs(mean(values.map((value) => (value - 0.5) ** 2)) - 1 / 12)).toBeLessThan(0.00084);
  });

  it.each([1, 2, 3, 16, 256])("does not follow the value %d before", (lag) => {
    expect(Math.abs(correlation(values.subarray(lag), values.subarray(0, -lag)))).toBeLessThan(0.0112);
  });

  it("refuses a count that is none", () => {
    expect(() => new Generator(1).uniforms(-1)).toThrow("received -1");
    expect(() => new Generator(1).normals(1.5)).toThrow("received 1.5");
    expect(new Generator(1).uniforms(0)).toHaveLength(0);
  });
});

describe("normal", () => {
  const values = new Generator(4).normals(200_000);

  it("has the moments of the normal distribution", () => {
    const moment = (k: number) => mean(Float64Array.from(values, (value) => value ** k));
    // Five standard errors; the k-th moment has variance (E x^2k - (E x^k)²) / n.
    expect(Math.abs(moment(1))).toBeLessThan(0.0112);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.0159);
    expect(Math.abs(moment(3))).toBeLessThan(0.0434);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.11);
  });

  it("reaches as far as it should", () => {
    // P(|x| > 3) is 0.0027: 540 of 200,000, with a standard deviation of 23.
    const far = values.filter((value) => Math.abs(value) > 3).length;
    expect(Math.abs(far - 540)).toBeLessThan(116);
    expect(values.every((value) => Math.abs(value) < 6.7)).toBe(true);
  });

  it("does not follow the value before", () => {
    expect(Math.abs(correlation(values.subarray(1), values.subarray(0, -1)))).toBeLessThan(0.0112);
  });

  it("scales and shifts", () => {
    expect(new Generator(4).normal(10, 2)).toBe(10 + 2 * new Generator(4).normal());
    const generator = new Generator(4);
    expect(draw(5, () => generator.normal())).toEqual([...values.subarray(0, 5)]);
  });
});

describe("truncatedNormal", () => {
  it("keeps within two deviations, with the deviation that leaves", () => {
    const generator = new Generator(5);
    const values = draw(100_000, () => generator.truncatedNormal());
    expect(values.every((value) => Math.abs(value) < 2)).toBe(true);
    expect(Math.abs(mean(values))).toBeLessThan(0.014);
    expect(Math.sqrt(mean(values.map((value) => value ** 2)))).toBeCloseTo(0.8796, 2);
    expect(new Generator(5).truncatedNormal(3, 0.5)).toBe(3 + 0.5 * values[0]!);
  });
});

describe("integer", () => {
  it("is as likely to be any of them", () => {
    const generator = new Generator(6);
    const counts = new Uint32Array(7);
    for (let i = 0; i < 70_000; i++) counts[generator.integer(7)]!++;
    // Each is 10,000 with a standard deviation of 93.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(465);
  });

  it("is fair where the remainder of 2³² would show", () => {
    // Without rejection, the lower half would come up twice as often as the upper.
    const limit = 3 * 2 ** 30;
    const generator = new Generator(6);
    const low = draw(30_000, () => generator.integer(limit)).filter((value) => value < limit / 3).length;
    expect(Math.abs(low - 10_000)).toBeLessThan(410);
  });

  it("goes up to 2⁵³ - 1", () => {
    const generator = new Generator(6);
    const limit = Number.MAX_SAFE_INTEGER;
    const values = draw(1000, () => generator.integer(limit));
    expect(values.every((value) => Number.isSafeInteger(value) && value < limit)).toBe(true);
    expect(Math.abs(mean(values) / limit - 0.5)).toBeLessThan(0.046);
    expect(generator.integer(1)).toBe(0);
    expect(generator.integer(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])("refuses the limit %d", (limit) => {
    expect(() => new Generator(1).integer(limit)).toThrow(`received ${limit}.`);
  });
});

describe("shuffle and permutation", () => {
  it("keeps every element", () => {
    const items = ["a", "b", "c", "d", "e"];
    new Generator(8).shuffle(items);
    expect([...items].sort()).toEqual(["a", "b", "c", "d", "e"]);
    expect([...new Generator(8).permutation(1000)].sort((a, b) => a - b)).toEqual(
      draw(
        1000,
        (
          (i) => () =>
            i++
        )(0),
      ),
    );
    expect(new Generator(8).permutation(0)).toHaveLength(0);
  });

  it("is as likely to give any order", () => {
    const generator = new Generator(8);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = generator.permutation(4).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // Each is 1000 with a standard deviation of 31.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(155);
  });
});

describe("categorical", () => {
  it("draws in proportion, and never what is impossible", () => {
    const generator = new Generator(9);
    const weights = Float32Array.of(0, 1, 0, 2, 7, 0);
    const counts = new Uint32Array(6);
    for (let i = 0; i < 50_000; i++) counts[generator.categorical(weights)]!++;
    expect([counts[0], counts[2], counts[5]]).toEqual([0, 0, 0]);
    expect(Math.abs(counts[1]! - 5000)).toBeLessThan(335);
    expect(Math.abs(counts[3]! - 10_000)).toBeLessThan(450);
    expect(Math.abs(counts[4]! - 35_000)).toBeLessThan(515);
  });

  it("copes with sums too small to hold the product", () => {
    const generator = new Generator(9);
    for (let i = 0; i < 100; i++) expect(generator.categorical([0, Number.MIN_VALUE, 0])).toBe(1);
  });

  it.each([
    [[]],
    [[0, 0]],
    [[0.5, -0.1]],
    [[Number.NaN]],
    [[Number.POSITIVE_INFINITY]],
    [[1.7e308, 1.7e308]],
  ])("refuses %j", (probabilities) => {
    expect(() => new Generator(9).categorical(probabilities)).toThrow("categorical()");
  });
});
