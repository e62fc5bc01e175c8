import { describe, expect, it } from "vitest";
import { Generator } from "../../../../engine/random/generator.js";
import { levelOf, type NumberDimension, type Point } from "../../space/dimensions.js";
import { choice, float, int } from "../../space/parameters.js";
import { paramsOf } from "../../space/params.js";
import type { Seen, Situation } from "../sampler.js";
import { nextBranch } from "./branchShares.js";
import { Mixture } from "./mixture.js";
import { ageWeights, ranked, splitOf } from "./split.js";
import { tpe } from "./tpe.js";

const level = levelOf({
  x: float(-1, 3),
  rate: float(1e-4, 1, { log: true }),
  units: int(1, 40, { log: true }),
  kind: choice(["a", "b", "c"]),
});
const point = (x: number, rate: number, units: number, kind: number): Point =>
  new Map(Object.entries({ x, rate, units, kind }));
const observed = [point(0, 0.01, 4, 1), point(0.5, 0.02, 8, 1), point(2.5, 0.3, 30, 2)];

describe("the mixture", () => {
  const mixture = new Mixture(level.dimensions, observed, [1, 0.5, 1], { most: 100 });

  it("has a density whose integral and sums over all values are 1", () => {
    const [x, rate] = level.dimensions.filter((one): one is NumberDimension => one.kind === "number") as [
      NumberDimension,
      NumberDimension,
    ];
    const steps = 25;
    let total = 0;
    for (let i = 0; i < steps; i++) {
      for (let j = 0; j < steps; j++) {
        const places = [x, rate].map(
          ({ low, high }, d) => low + ((high - low) * ([i, j][d]! + 0.5)) / steps,
        ) as [number, number];
        const area = ((x.high - x.low) / steps) * ((rate.high - rate.low) / steps);
        const values = [places[0], Math.exp(places[1])];
        let inner = 0;
        for (let units = 1; units <= 40; units++) {
          for (let kind = 0; kind < 3; kind++)
            inner += Math.exp(mixture.logDensity([...values, units, kind]));
        }
        total += inner * area;
      }
    }
    expect(total).toBeCloseTo(1, 2);
  });

  it("draws where it is dense, in the space", () => {
    const random = new Generator(2);
    const drawn = Array.from({ length: 400 }, (_, i) => mixture.sample(random.split(i)));
    for (const [x, rate, units, kind] of drawn) {
      expect(x).toBeGreaterThanOrEqual(-1);
      expect(rate).toBeLessThanOrEqual(1);
      expect(Number.isInteger(units)).toBe(true);
      expect([0, 1, 2]).toContain(kind);
    }
    const ones = drawn.filter(([, , , kind]) => kind === 1).length;
    expect(ones / 400).toBeGreaterThan(0.33);
    expect(mixture.logDensity([0.01, 0.01, 4, 1])).toBeGreaterThan(mixture.logDensity([1.4, 0.9, 1, 0]));
  });
});

describe("the good ones", () => {
  const trial = (number: number, rest: Partial<Seen>): Seen => ({
    number,
    point: point(0, 0.1, 2, 0),
    state: "complete",
    ...rest,
  });

  it("are complete ones by loss, then pruned ones by how far they came, then failed ones", () => {
    const seen = [
      trial(0, { state: "failed" }),
      trial(1, { loss: 3 }),
      trial(2, { state: "pruned", loss: 0, step: 4 }),
      trial(3, { loss: 1 }),
      trial(4, { state: "pruned", loss: 9, step: 8 }),
      trial(5, { loss: Number.NaN }),
      trial(6, { loss: 1 }),
    ];
    expect(ranked(seen).map(({ number }) => number)).toEqual([3, 6, 1, 5, 4, 2, 0]);
    const { good, bad } = splitOf(seen, 2);
    expect(good.map(({ number }) => number)).toEqual([3, 6]);
    expect(bad.map(({ number }) => number)).toEqual([0, 1, 2, 4, 5]);
  });

  it("count by their age from the 26th on", () => {
    expect(ageWeights(10)).toEqual(new Array(10).fill(1));
    const weights = ageWeights(30);
    expect(weights.slice(5)).toEqual(new Array(25).fill(1));
    expect(weights[0]).toBeCloseTo(1 / 30, 12);
    expect(weights[4]).toBeCloseTo(1, 12);
  });
});

describe("branches", () => {
  const forked = levelOf({ net: choice({ slow: { a: float(0, 1) }, quick: { b: float(0, 1) } }) });
  const fork = forked.dimensions[0] as never;
  const seen = (branch: number, losses: readonly number[]): Seen[] =>
    losses.map((loss, number) => ({ number, point: new Map([["net", branch]]), state: "complete", loss }));
  const shareOf = (trials: readonly Seen[]): number => {
    const random = new Generator(4);
    const drawn = Array.from({ length: 300 }, (_, i) =>
      nextBranch(fork, trials, [], random.split(i), { kappa: 4, floor: 0.3 }),
    );
    return drawn.filter((branch) => branch === 0).length / 300;
  };

  it("have their turn first where they have had few trials", () => {
    expect(shareOf([...seen(1, [1, 1, 1, 1, 1, 1]), ...seen(0, [9])])).toBe(1);
  });

  it("keep an equal share while they still learn, and a smaller one without hope", () => {
    const leader = seen(1, [1, 1, 1, 1, 1, 1]);
    expect(shareOf([...leader, ...seen(0, [9, 8, 4, 3, 2.5, 2])])).toBeCloseTo(0.5, 1);
    expect(shareOf([...leader, ...seen(0, [9, 9, 9, 9, 9, 9])])).toBeCloseTo(0.3 / 1.3, 1);
  });
});

it("finds a joint optimum of two parameters, the same for the same seed", () => {
  const square = levelOf({ a: float(-5, 5), b: float(-5, 5) });
  const run = (seed: number): number[] => {
    const random = new Generator(seed);
    const seen: Seen[] = [];
    for (let number = 0; number < 100; number++) {
      const situation: Situation = {
        level: square,
        number,
        seen,
        running: [],
        random: random.split(number),
        scramble: random.split("scramble"),
        noisy: false,
        allows: () => true,
      };
      const next = tpe().propose(situation) as Point;
      const { a, b } = paramsOf(square, next) as { a: number; b: number };
      seen.push({ number, point: next, state: "complete", loss: (a - b) ** 2 + 0.1 * (a - 1) ** 2 });
    }
    return seen.map(({ loss }) => loss as number);
  };
  expect(Math.min(...run(1))).toBeLessThan(0.05);
  expect(run(1)).toEqual(run(1));
});
