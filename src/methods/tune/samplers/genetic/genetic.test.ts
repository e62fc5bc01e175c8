import { describe, expect, it } from "vitest";
import { Generator } from "../../../../engine/random/generator.js";
import { paretoFront } from "../../numerics/paretoFront.js";
import { type Level, levelOf, type Point } from "../../space/dimensions.js";
import { choice, float, int } from "../../space/parameters.js";
import { paramsOf, pointOf } from "../../space/params.js";
import { openStudy } from "../../study/openStudy.js";
import { random as randomSampler } from "../random.js";
import type { Sampler, Seen } from "../sampler.js";
import { crossover } from "./crossover.js";
import { elite, parentsOf } from "./generations.js";
import { genetic } from "./genetic.js";
import { mutate } from "./mutate.js";
import { polynomialMutation } from "./polynomialMutation.js";

const tree = {
  rate: float(1e-4, 1, { log: true }),
  head: choice({
    none: {},
    one: { hidden: int(1, 8), drop: float(0, 0.5) },
    two: { wide: choice([1, 2, 3]) },
  }),
};
const level = levelOf(tree);
const at = (params: object): Point => pointOf(level, params);
const one = at({ rate: 0.01, head: { choice: "one", hidden: 2, drop: 0.1 } });
const other = at({ rate: 0.5, head: { choice: "one", hidden: 7, drop: 0.4 } });
const two = at({ rate: 0.2, head: { choice: "two", wide: 2 } });

/** A search with losses of several objectives, from what was seen before. */
function search(
  own: Level,
  sampler: Sampler,
  losses: (point: Point) => readonly number[],
  trials: number,
  seen: readonly Seen[] = [],
): Seen[] {
  const random = new Generator(4);
  const all = [...seen];
  while (all.length < trials) {
    const number = all.length;
    const point = sampler.propose({
      ...{ level: own, number, seen: all, running: [], noisy: false, allows: () => true },
      ...{ random: random.split(number), scramble: random.split("scramble") },
    });
    if (point === undefined) break;
    const found = losses(point);
    all.push({ number, point, state: "complete", loss: found[0], losses: found });
  }
  return all;
}

describe("crossover", () => {
  it("mixes what both parents have, and keeps other branches whole", () => {
    const children = Array.from({ length: 60 }, (_, i) =>
      crossover(level, one, other, 0.5, new Generator(i)),
    );
    const drops = new Set(
      children.map((child) => `${child.get("head.one.hidden")} ${child.get("head.one.drop")}`),
    );
    expect([...drops].sort()).toEqual(["2 0.1", "2 0.4", "7 0.1", "7 0.4"]);
    for (let i = 0; i < 30; i++) {
      const { head } = paramsOf(level, crossover(level, one, two, 0.5, new Generator(i)));
      expect([
        { choice: "one", hidden: 2, drop: 0.1 },
        { choice: "two", wide: 2 },
      ]).toContainEqual(head);
    }
  });
});

describe("mutation", () => {
  it("changes one parameter at least, within the space", () => {
    for (let i = 0; i < 300; i++) {
      const mutated = mutate(level, one, { mutation: undefined, eta: 20 }, new Generator(i));
      expect(mutated).not.toEqual(one);
      expect(pointOf(level, paramsOf(level, mutated))).toEqual(mutated);
    }
    const all = mutate(level, one, { mutation: 1, eta: 20 }, new Generator(1));
    expect(all.get("head")).not.toBe(1);
    expect(
      mutate(levelOf({ a: int(3, 3) }), new Map([["a", 3]]), { mutation: 1, eta: 20 }, new Generator(1)),
    ).toEqual(new Map([["a", 3]]));
  });

  it("of a number has Deb's distribution: small steps, cut off at the ends", () => {
    // The inverse of 1 - (1 - d)^21 / 2 far from the ends.
    expect(polynomialMutation(0.5, 0.25, 20)).toBeCloseTo(0.5 + 0.5 ** (1 / 21) - 1, 6);
    expect(polynomialMutation(0.5, 0.5, 20)).toBe(0.5);
    expect(polynomialMutation(0, 0.2, 20)).toBe(0);
    expect(polynomialMutation(1, 0.999, 20)).toBe(1);
    expect(polynomialMutation(0.2, 0, 20)).toBeCloseTo(0, 12);
    expect(polynomialMutation(0.2, 1, 20)).toBeCloseTo(1, 12);
  });
});

describe("parents", () => {
  const trial = (number: number, rest: Partial<Seen>): Seen => ({
    number,
    point: one,
    state: "complete",
    ...rest,
  });

  it("are the best of complete generations", () => {
    const seen = [5, 3, 4, 1, 2, 0].map((loss, number) => trial(number, { loss }));
    const lossesOf = (count: number): number[] =>
      parentsOf(seen.slice(0, count), () => 2).map(({ losses }) => losses[0]!);
    expect([1, 2, 3, 4, 6].map(lossesOf)).toEqual([[], [3, 5], [3, 5], [1, 3], [0, 1]]);
    const failed = seen.map((own, i) => (i === 1 ? trial(1, { state: "failed" }) : own));
    expect(parentsOf(failed.slice(0, 3), () => 2).map(({ losses }) => losses[0])).toEqual([4, 5]);
  });

  it("are those with the most room of a front", () => {
    const points = [0, 1, 2, 10, 11].map((x) => ({ point: one, losses: [x, 11 - x] }));
    expect(elite(points, 3).map(({ losses }) => losses[0])).toEqual([0, 11, 2]);
  });
});

describe("genetic", () => {
  it("repeats from what was seen, without what it was before", () => {
    const losses = (point: Point): number[] => [Math.log(point.get("rate")!) ** 2 + point.get("head")!];
    const whole = search(level, genetic(), losses, 60);
    expect(search(level, genetic(), losses, 60, whole.slice(0, 33))).toEqual(whole);
  });

  it("tries each point of a finite space once, and ends", async () => {
    const study = await openStudy({
      space: {
        a: int(1, 9, { log: true }),
        b: choice(["x", "y"]),
        c: choice({ no: {}, yes: { d: int(0, 2) } }),
      },
      constraint: ({ a, b }) => a < 9 || b === "x",
      sampler: "genetic",
    });
    await study.run(({ params }) => params.a, { trials: 200 });
    expect(new Set(study.trials.map(({ params }) => JSON.stringify(params))).size).toBe(68);
    expect(study.trials).toHaveLength(68);
  });

  it("goes on where all trials failed", async () => {
    const study = await openStudy({ space: tree, sampler: "genetic" });
    for (let i = 0; i < 30; i++) await study.tell((await study.ask())!, new Error("no"));
    expect(await study.ask()).toBeDefined();
  });

  it("finds a front of two objectives that random draws do not", () => {
    const own = levelOf(Object.fromEntries([0, 1, 2, 3, 4, 5].map((i) => [`x${i}`, float(0, 1)])));
    // ZDT1 (Zitzler, Deb and Thiele 2000): on the front all but the first are 0.
    const losses = (point: Point): number[] => {
      const [x, ...rest] = own.dimensions.map(({ path }) => point.get(path)!) as [number, ...number[]];
      const g = 1 + (9 * rest.reduce((sum, value) => sum + value, 0)) / rest.length;
      return [x, g * (1 - Math.sqrt(x / g))];
    };
    const area = (sampler: Sampler): number => {
      const all = search(own, sampler, losses, 300).map((trial) => trial.losses!);
      const front = paretoFront(all)
        .map((i) => all[i]!)
        .sort((a, b) => a[0]! - b[0]!);
      return front.reduce(
        (sum, [x, y], i) => sum + Math.max(0, (front[i + 1]?.[0] ?? 1) - x!) * Math.max(0, 6 - y!),
        0,
      );
    };
    expect(area(genetic())).toBeGreaterThan(5);
    expect(area(randomSampler())).toBeLessThan(4.5);
  });

  it("refuses what is no option", () => {
    expect(() => genetic({ populaton: 3 } as never)).toThrow('Did you mean "population"?');
    expect(() => genetic({ eta: -1 })).toThrow("genetic: eta must be a number from 0, received -1.");
  });
});
