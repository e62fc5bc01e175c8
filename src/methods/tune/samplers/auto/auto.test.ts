import { describe, expect, it } from "vitest";
import { Generator } from "../../../../engine/random/generator.js";
import { type Level, levelOf, type Point } from "../../space/dimensions.js";
import { choice, float, int, type Space } from "../../space/parameters.js";
import { pointKey } from "../../space/pointKey.js";
import { openStudy } from "../../study/openStudy.js";
import { random } from "../random.js";
import type { Sampler, Seen, Situation } from "../sampler.js";
import { auto } from "./auto.js";

function situationOf(level: Level, seen: readonly Seen[], more: Partial<Situation> = {}): Situation {
  const number = more.number ?? seen.length;
  return {
    ...{ level, number, seen, running: [], noisy: false, allows: () => true },
    random: new Generator(1).split(number),
    scramble: new Generator(1).split("scramble"),
    ...more,
  };
}

/** A search of so many trials; an objective that gives `undefined` fails. */
function search(
  space: Space,
  objective: (point: Point) => number | undefined,
  trials: number,
  { sampler = auto(), more = {} }: { sampler?: Sampler; more?: Partial<Situation> } = {},
): Seen[] {
  const level = levelOf(space);
  const seen: Seen[] = [];
  while (seen.length < trials) {
    const point = sampler.propose(situationOf(level, seen, more));
    if (point === undefined) break;
    const loss = objective(point);
    seen.push({ number: seen.length, point, state: loss === undefined ? "failed" : "complete", loss });
  }
  return seen;
}

const get = (point: Point, path: string): number => point.get(path) as number;
const bestOf = (seen: readonly Seen[]): number => Math.min(...seen.map(({ loss }) => loss ?? Infinity));
const distinct = (seen: readonly Seen[]): number => new Set(seen.map(({ point }) => pointKey(point))).size;

const box = { x: float(-5, 5), y: float(-5, 5), z: float(-5, 5) };
const waves = (point: Point): number =>
  [...point.values()].reduce((sum, u) => sum + (u - 1.3) ** 2 + 3 - 3 * Math.cos(3 * (u - 1.3)), 0);

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
  if (head === 1) return 0.5 + rate + (Math.log2(get(point, "head.mlp.hidden")) - 4) ** 2 / 4;
  return rate + (get(point, "head.deep.layers") - 3) ** 2 + 4 * (get(point, "head.deep.drop") - 0.2) ** 2;
};

describe("auto", () => {
  it("finds the least of many wells", () => {
    expect(bestOf(search(box, waves, 80))).toBeLessThan(0.1);
    expect(bestOf(search(box, waves, 80, { sampler: random() }))).toBeGreaterThan(1);
  });

  it("goes through branches, whole numbers and categories to the best of them", () => {
    const seen = search(tree, treeLoss, 60);
    expect(bestOf(seen)).toBeLessThan(0.01);
    expect(distinct(seen)).toBe(60);
    for (const { point } of seen) expect(point.size).toBe([2, 4, 4][get(point, "head")]);
    // Every branch has its turn from the start.
    expect(new Set(seen.slice(0, 3).map(({ point }) => get(point, "head"))).size).toBe(3);
  });

  it("is a function of what it is told: again, and with a new sampler that was told nothing before", () => {
    const options = { patience: 4 };
    const seen = search(tree, treeLoss, 50, { sampler: auto(options) });
    expect(search(tree, treeLoss, 50, { sampler: auto(options) })).toEqual(seen);
    const level = levelOf(tree);
    for (const at of [3, 16, 31, 39, 45, 47, 48, 49]) {
      const situation = situationOf(level, seen.slice(0, at));
      const sampler = auto(options);
      expect(sampler.propose(situation)).toEqual(seen[at]?.point);
      expect(sampler.propose(situation)).toEqual(seen[at]?.point);
    }
  });

  it("proposes something else beside trials that are running", () => {
    const level = levelOf(box);
    const seen = search(box, waves, 40);
    const running: Point[] = [];
    for (let number = 40; number < 50; number++) {
      running.push(auto().propose(situationOf(level, seen, { running, number })) as Point);
    }
    expect(new Set(running.map(pointKey)).size).toBe(10);
  });

  it("keeps to a constraint, in the region too", () => {
    const allows = (point: Point): boolean => get(point, "x") + get(point, "y") < 1;
    const seen = search(box, waves, 40, { sampler: auto({ patience: 0 }), more: { allows } });
    expect(seen.every(({ point }) => allows(point))).toBe(true);
  });

  it("tries each point of a small space once, and then says that none is left", () => {
    const space = {
      a: int(1, 4),
      b: choice(["x", "y"]),
      c: choice({ no: {}, yes: { d: int(0, 1) } }),
      e: int(7, 7),
    };
    const seen = search(space, (point) => get(point, "a"), 100);
    expect(seen).toHaveLength(4 * 2 * 3);
    expect(distinct(seen)).toBe(24);
    expect(search(space, () => 3, 100)).toHaveLength(24);
    expect(
      search(space, (point) => get(point, "a"), 100, { sampler: auto({ modelTrials: 0 }) }),
    ).toHaveLength(24);
    expect(search(space, (point) => get(point, "a"), 40, { more: { noisy: true } })).toHaveLength(40);
    expect(search({ x: int(2, 2) }, () => 1, 5)).toHaveLength(1);
    expect(search({}, () => 1, 5)).toHaveLength(1);
  });

  it.each([
    ["nothing but failures", (): undefined => undefined],
    ["equal values", (): number => 3],
    ["values near the largest that there are", ({ size }: Point): number => 1e300 * size],
  ])("goes on with %s", (_, objective) => {
    const seen = search(tree, objective, 40);
    expect(distinct(seen)).toBe(40);
    for (const { point } of seen)
      for (const value of point.values()) expect(Number.isFinite(value)).toBe(true);
  });

  it("leaves alone where trials fail", () => {
    const loss = (point: Point): number | undefined =>
      get(point, "x") > 0
        ? undefined
        : (get(point, "x") + 1) ** 2 + (get(point, "y") - 1) ** 2 + get(point, "z") ** 2;
    const seen = search(box, loss, 50);
    expect(bestOf(seen)).toBeLessThan(1e-2);
    expect(seen.slice(30).filter(({ state }) => state === "failed").length).toBeLessThan(8);
  });

  it("chooses among a thousand", () => {
    const space = { name: choice(Array.from({ length: 1000 }, (_, i) => i)), x: float(0, 1) };
    const seen = search(space, (point) => (get(point, "name") % 7) + (get(point, "x") - 0.3) ** 2, 40);
    expect(bestOf(seen)).toBeLessThan(0.05);
  });

  it("goes on by tpe and the region where the model has become dear", () => {
    const seen = search(box, waves, 90, { sampler: auto({ modelTrials: 20, patience: 4 }) });
    expect(bestOf(seen)).toBeLessThan(1.5);
    expect(distinct(seen)).toBe(90);
  });

  it("is what a study searches by, to the largest value where that is wanted", async () => {
    const study = await openStudy({ space: { x: float(-2, 2) }, direction: "maximize" });
    await study.run(({ params }) => 3 - (params.x - 1) ** 2, { trials: 25 });
    expect(study.best?.value).toBeGreaterThan(2.999);
  });

  it("refuses options that there are not", () => {
    expect(() => auto({ startups: 3 } as never)).toThrow(
      'auto: unknown option "startups". Did you mean "startup"?',
    );
  });
});
