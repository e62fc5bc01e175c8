import { describe, expect, it } from "vitest";
import { Generator } from "../../../../engine/random/generator.js";
import { type Level, levelOf, type Point } from "../../space/dimensions.js";
import { choice, float, int, normal, type Space } from "../../space/parameters.js";
import { pointKey } from "../../space/pointKey.js";
import { random } from "../random.js";
import type { Sampler, Seen, Situation } from "../sampler.js";
import { gp } from "./gp.js";
import { leafPathAt, leafPathCount, leafPathOf } from "./leafPaths.js";
import { fittedAt, tellingTrials } from "./model.js";
import { lossesOf, warpedTargets } from "./targets.js";

function situationOf(
  level: Level,
  seen: readonly Seen[],
  seed: number,
  more: Partial<Situation> = {},
): Situation {
  const number = more.number ?? seen.length;
  return {
    ...{ level, number, seen, running: [], noisy: false, allows: () => true },
    random: new Generator(seed).split(number),
    scramble: new Generator(seed).split("scramble"),
    ...more,
  };
}

/** A search of so many trials; an objective that gives `undefined` fails. */
function search(
  space: Space,
  objective: (point: Point) => number | undefined,
  trials: number,
  {
    sampler = gp(),
    seed = 1,
    more = {},
  }: { sampler?: Sampler; seed?: number; more?: Partial<Situation> } = {},
): Seen[] {
  const level = levelOf(space);
  const seen: Seen[] = [];
  while (seen.length < trials) {
    const point = sampler.propose(situationOf(level, seen, seed, more));
    if (point === undefined) break;
    const loss = objective(point);
    seen.push({ number: seen.length, point, state: loss === undefined ? "failed" : "complete", loss });
  }
  return seen;
}

const get = (point: Point, path: string): number => point.get(path) as number;
const bestOf = (seen: readonly Seen[]): number => Math.min(...seen.map(({ loss }) => loss ?? Infinity));
const distinct = (seen: readonly Seen[]): number => new Set(seen.map(({ point }) => pointKey(point))).size;

const box = { x: float(-5, 10), y: float(0, 15) };
const branin = (point: Point): number => {
  const [x, y] = [get(point, "x"), get(point, "y")];
  const a = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
  return a * a + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
};

const tree = {
  rate: float(1e-4, 1, { log: true }),
  head: choice({
    linear: {},
    mlp: { hidden: int(4, 64, { log: true }), act: choice(["relu", "tanh", "elu"]) },
    deep: { layers: int(1, 4), drop: float(0, 0.5) },
  }),
};
const treeLoss = (point: Point): number => {
  const rate = (Math.log10(get(point, "rate")) + 2) ** 2;
  const head = get(point, "head");
  if (head === 0) return 1 + rate;
  if (head === 1)
    return (
      0.5 + rate + (Math.log2(get(point, "head.mlp.hidden")) - 4) ** 2 / 4 + get(point, "head.mlp.act") / 4
    );
  return rate + (get(point, "head.deep.layers") - 3) ** 2 + 4 * (get(point, "head.deep.drop") - 0.2) ** 2;
};

describe("gp", () => {
  it("finds within 30 trials what random does not", () => {
    const seen = search(box, branin, 30);
    expect(bestOf(seen)).toBeLessThan(0.3978873577 + 0.01);
    expect(bestOf(search(box, branin, 30, { sampler: random() }))).toBeGreaterThan(0.5);
  });

  it("goes through branches, categories and whole numbers to the best of them", () => {
    const seen = search(tree, treeLoss, 50);
    expect(bestOf(seen)).toBeLessThan(0.01);
    expect(distinct(seen)).toBe(50);
    for (const { point } of seen) {
      expect(point.size).toBe([2, 4, 4][get(point, "head")]);
      for (const path of ["head.mlp.hidden", "head.mlp.act", "head.deep.layers"]) {
        if (point.has(path)) expect(Number.isInteger(point.get(path))).toBe(true);
      }
    }
    // Every branch has its turn from the start.
    expect(new Set(seen.slice(0, 3).map(({ point }) => get(point, "head"))).size).toBe(3);
  });

  it("is a function of what it is told: again, with a new sampler for each trial, and with another seed", () => {
    const seen = search(tree, treeLoss, 24);
    expect(search(tree, treeLoss, 24)).toEqual(seen);
    expect(search(tree, treeLoss, 24, { seed: 2 })).not.toEqual(seen);
    const level = levelOf(tree);
    for (const at of [3, 16, 23]) {
      const point = gp().propose(situationOf(level, seen.slice(0, at), 1));
      expect(point).toEqual(seen[at]?.point);
    }
  });

  it("learns nothing where another trial is running", () => {
    const level = levelOf(box);
    const seen = search(box, branin, 12);
    const first = gp().propose(situationOf(level, seen, 1)) as Point;
    const running = [first];
    const second = gp().propose(situationOf(level, seen, 1, { running, number: 13 })) as Point;
    const distance = Math.hypot(get(first, "x") - get(second, "x"), get(first, "y") - get(second, "y"));
    expect(distance).toBeGreaterThan(0.1);
    // What was asked for beside others leaves no trace.
    const sampler = gp();
    sampler.propose(situationOf(level, seen, 1, { running }));
    expect(sampler.propose(situationOf(level, seen, 1))).toEqual(first);
  });

  it("tries each point of a small space once, and then says that none is left", () => {
    const space = { a: int(1, 4), b: choice(["x", "y"]), c: choice({ no: {}, yes: { d: int(0, 1) } }) };
    const seen = search(space, (point) => get(point, "a"), 100);
    expect(seen).toHaveLength(4 * 2 * 3);
    expect(distinct(seen)).toBe(24);
    // Where values are noisy it may repeat.
    expect(search(space, (point) => get(point, "a"), 30, { more: { noisy: true } })).toHaveLength(30);
  });

  it("leaves alone where trials fail", () => {
    const seen = search(
      { x: float(0, 1), y: float(0, 1) },
      (point) => {
        const [x, y] = [get(point, "x"), get(point, "y")];
        return x > 0.5 ? undefined : (x - 0.4) ** 2 + (y - 0.3) ** 2;
      },
      40,
    );
    expect(bestOf(seen)).toBeLessThan(1e-3);
    expect(seen.slice(20).filter(({ state }) => state === "failed").length).toBeLessThan(8);
  });

  it("keeps to a constraint", () => {
    const allows = (point: Point): boolean => get(point, "x") + get(point, "y") < 5;
    const seen = search(box, (point) => -get(point, "x") - get(point, "y"), 25, { more: { allows } });
    expect(seen.every(({ point }) => allows(point))).toBe(true);
    expect(bestOf(seen)).toBeLessThan(-4.9);
  });

  it.each([
    ["nothing but failures", (): undefined => undefined],
    ["equal values", (): number => 3],
    ["values near the largest that there are", ({ size }: Point): number => 1e300 * size],
  ])("goes on with %s", (_, objective) => {
    const seen = search(tree, objective, 20);
    expect(distinct(seen)).toBe(20);
    for (const { point } of seen)
      for (const value of point.values()) expect(Number.isFinite(value)).toBe(true);
  });

  it("goes on after one trial, in spaces of one point, of none, and of normal parameters", () => {
    const sampler = gp({ startup: 1 });
    expect(search(box, branin, 3, { sampler })).toHaveLength(3);
    expect(search({ x: int(2, 2) }, () => 1, 5)).toHaveLength(1);
    expect(search({}, () => 1, 5)).toHaveLength(1);
    const bell = search({ x: normal(3, 2) }, (point) => (get(point, "x") - 4) ** 2, 20, { sampler });
    expect(bestOf(bell)).toBeLessThan(1e-3);
  });

  it("searches some of very many paths", () => {
    const fork = choice({ a: { x: float(0, 1) }, b: {}, c: {}, d: {} });
    const space = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`p${i}`, fork]));
    const loss = (point: Point): number => [...point.values()].reduce((sum, value) => sum + value, 0);
    const seen = search(space, loss, 12);
    expect(distinct(seen)).toBe(12);
  });

  it("refuses options that there are not", () => {
    expect(() => gp({ startups: 3 } as never)).toThrow(
      'gp: unknown option "startups". Did you mean "startup"?',
    );
  });
});

describe("leaf paths", () => {
  it("are counted, made and found again", () => {
    const level = levelOf({ ...tree, second: choice({ a: {}, b: { c: choice({ d: {}, e: {} }) } }) });
    expect(leafPathCount(level)).toBe(9);
    const keys = Array.from({ length: 9 }, (_, index) => leafPathAt(level, index).key);
    expect(new Set(keys).size).toBe(9);
    for (const [index, key] of keys.entries()) {
      expect(leafPathOf(level, leafPathAt(level, index).branches).key).toBe(key);
    }
  });
});

describe("targets", () => {
  const trial = (state: Seen["state"], loss?: number): Seen => ({ number: 0, point: new Map(), state, loss });

  it("take failures for the worst, and pruned ones for no better than the median", () => {
    const seen = [1, 2, 3, 9].map((loss) => trial("complete", loss));
    const others = [trial("failed"), trial("pruned", 0.1), trial("pruned", 4), trial("pruned", 100)];
    expect(lossesOf([...seen, ...others])).toEqual([1, 2, 3, 9, 9, 2.5, 4, 9]);
    expect(lossesOf([trial("failed"), trial("pruned", 3)])).toBeUndefined();
  });

  it("learns hyper-parameters from the best half of many trials and some of the others", () => {
    const seen = Array.from({ length: 300 }, (_, number): Seen => {
      return { number, point: new Map(), state: "complete", loss: (number * 37) % 300 };
    });
    const telling = tellingTrials(seen);
    expect(telling).toHaveLength(128);
    expect(telling.filter(({ loss }) => (loss as number) < 64)).toHaveLength(64);
    expect(telling.map(({ number }) => number)).toEqual(
      [...new Set(telling.map(({ number }) => number))].sort((a, b) => a - b),
    );
    expect(tellingTrials(seen.slice(0, 128))).toHaveLength(128);
  });

  it("keep their order, with mean 0, variance 1, and a compressed bad half", () => {
    const losses = [1, 2, 3, 4, 1000, 1e6];
    const targets = [...warpedTargets(losses)];
    expect(targets).toEqual(targets.toSorted((a, b) => a - b));
    expect(targets.reduce((sum, t) => sum + t, 0)).toBeCloseTo(0, 12);
    expect(targets.reduce((sum, t) => sum + t * t, 0) / 6).toBeCloseTo(1, 12);
    expect((targets[5]! - targets[2]!) / (targets[2]! - targets[0]!)).toBeLessThan(20);
    expect([...warpedTargets([5, 5])]).toEqual([0, 0]);
  });
});

it("fits again as trials grow by a tenth", () => {
  expect([1, 8, 20, 21, 22, 30, 33, 60, 64, 200, 219, 220].map(fittedAt)).toEqual([
    1, 8, 20, 20, 22, 30, 33, 60, 60, 196, 215, 215,
  ]);
});
