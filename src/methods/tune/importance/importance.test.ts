import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { drawPoint } from "../samplers/random.js";
import type { Seen } from "../samplers/sampler.js";
import { type Level, levelOf } from "../space/dimensions.js";
import { choice, float, int, type Space } from "../space/parameters.js";
import { paramsOf } from "../space/params.js";
import { fanova } from "./fanova.js";
import { importanceOf } from "./importance.js";
import type { ParameterImportance } from "./parameterImportance.js";
import { pedAnova } from "./pedAnova.js";

/** Trials drawn at random. */
function trialsOf(level: Level, loss: (params: never) => number, count: number, seed = 1): Seen[] {
  const random = new Generator(seed);
  return Array.from({ length: count }, (_, number) => {
    const point = drawPoint(level, random.split(number));
    return { number, point, state: "complete", loss: loss(paramsOf(level, point) as never) };
  });
}

const shareOf = (found: readonly ParameterImportance[], path: string, other?: string): number =>
  found.find((one) => one.path === path && one.with === other)!.importance;
const total = (found: readonly ParameterImportance[]): number =>
  found.reduce((sum, { importance }) => sum + importance, 0);

const additive = levelOf({
  x: float(0, 1),
  rate: float(1e-4, 1, { log: true }),
  kind: choice(["a", "b", "c"]),
  idle: float(0, 1),
});
interface Additive {
  readonly x: number;
  readonly rate: number;
  readonly kind: string;
}
/** Variances 9/12, 16/12 of the logarithm, and that of 0, 0, 2. */
const sum = ({ x, rate, kind }: Additive): number => 3 * x + Math.log10(rate) + (kind === "c" ? 2 : 0);
const variances = [9 / 12, 16 / 12, 8 / 9];
const whole = variances.reduce((a, b) => a + b);

const nested: Space = {
  head: choice({ plain: {}, mlp: { width: float(0, 1), drop: float(0, 1) } }),
  other: float(0, 1),
};
const nestedLevel = levelOf(nested);

describe("fanova", () => {
  it("finds the shares of a sum, on the scale that is searched", () => {
    const found = fanova(additive, trialsOf(additive, sum, 400), { values: "raw" });
    ["x", "rate", "kind"].forEach((path, i) => {
      expect(Math.abs(shareOf(found, path) - variances[i]! / whole)).toBeLessThan(0.05);
    });
    expect(shareOf(found, "idle")).toBeLessThan(0.02);
    expect(found.map(({ path }) => path)).toEqual(["rate", "kind", "x", "idle"]);
    expect(total(found)).toBeCloseTo(1, 12);
    for (const { standardError, active, reason } of found) {
      expect(standardError).toBeGreaterThan(0);
      expect(standardError).toBeLessThan(0.2);
      expect([active, reason]).toEqual([1, undefined]);
    }
  });

  it("finds interactions of pairs", () => {
    const level = levelOf({ x: float(-1, 1), y: float(-1, 1), z: choice([0, 1]) });
    const trials = trialsOf(level, ({ x, y, z }: Record<"x" | "y" | "z", number>) => x * y + z / 3, 400);
    const found = fanova(level, trials, { values: "raw", pairs: true });
    // 1/9 of the product, 1/36 of the choice.
    expect(Math.abs(shareOf(found, "x", "y") - 0.8)).toBeLessThan(0.15);
    expect(Math.abs(shareOf(found, "z") - 0.2)).toBeLessThan(0.08);
    expect(found[0]).toMatchObject({ path: "x", with: "y" });
    expect(found).toHaveLength(6);
    expect(total(found)).toBeCloseTo(1, 12);
  });

  it("gives a branch what it makes, and what is in it what it makes there", () => {
    const loss = (params: { head: { choice: string; width?: number } }): number =>
      params.head.choice === "plain" ? 0 : 2 + 2 * (params.head.width as number);
    const found = fanova(nestedLevel, trialsOf(nestedLevel, loss, 300), { values: "raw" });
    // The branch: 0 and 3, variance 9/4; the width: half of 4/12.
    expect(Math.abs(shareOf(found, "head") - 27 / 29)).toBeLessThan(0.02);
    expect(Math.abs(shareOf(found, "head.mlp.width") - 2 / 29)).toBeLessThan(0.02);
    expect(shareOf(found, "head.mlp.drop") + shareOf(found, "other")).toBeLessThan(0.01);
    expect(found.find(({ path }) => path === "head.mlp.width")?.active).toBeCloseTo(0.5, 1);
  });

  it("lets bad trials not outweigh the others", () => {
    const level = levelOf({ x: float(0, 1), wild: float(0, 1) });
    const loss = ({ x, wild }: { x: number; wild: number }): number => x + (wild > 0.9 ? 1e6 : 0);
    const trials = trialsOf(level, loss, 200);
    expect(shareOf(fanova(level, trials, { values: "raw" }), "wild")).toBeGreaterThan(0.95);
    expect(shareOf(fanova(level, trials), "x")).toBeGreaterThan(0.75);
    expect(shareOf(fanova(level, trials, { values: "ranks" }), "x")).toBeGreaterThan(0.6);
    const failing = trials.map(
      (trial): Seen => ((trial.loss as number) > 1 ? { ...trial, state: "failed" } : trial),
    );
    expect(shareOf(fanova(level, failing), "x")).toBeGreaterThan(0.75);
  });
});

describe("ped-anova", () => {
  it("puts a parameter that decides first, and one that does not last", () => {
    const found = pedAnova(
      additive,
      trialsOf(additive, ({ rate }: Additive) => Math.abs(Math.log10(rate) + 2), 300),
    );
    expect(found[0]?.path).toBe("rate");
    expect(found[0]?.importance).toBeGreaterThan(0.85);
    expect(total(found)).toBeCloseTo(1, 12);
    expect(found[0]?.standardError).toBeLessThan(0.15);
    const all = pedAnova(additive, trialsOf(additive, sum, 400));
    expect(all.at(-1)?.path).toBe("idle");
  });

  it("finds what matters in a branch only, within it", () => {
    const loss = ({ head }: { head: { choice: string; width?: number } }): number =>
      head.choice === "plain" ? 0.5 : Math.abs((head.width as number) - 0.3);
    const found = pedAnova(nestedLevel, trialsOf(nestedLevel, loss, 300));
    expect(found[0]?.path).toBe("head.mlp.width");
    expect(found[1]?.path).toBe("head");
    expect(shareOf(found, "head.mlp.drop") + shareOf(found, "other")).toBeLessThan(0.1);
  });

  it("does not credit what is in a branch with the branch", () => {
    const loss = ({ head, other }: { head: { choice: string }; other: number }): number =>
      (head.choice === "plain" ? 1 : 0) + other / 1e6;
    const found = pedAnova(nestedLevel, trialsOf(nestedLevel, loss, 300));
    expect(shareOf(found, "head.mlp.width") + shareOf(found, "head.mlp.drop")).toBeLessThan(0.1);
  });
});

describe.each(["ped-anova", "fanova"] as const)("importance by %s", (method) => {
  const reasons = (trials: readonly Seen[]): unknown => {
    const found = importanceOf(additive, trials, { method });
    expect(found).toHaveLength(4);
    expect(found.every(({ importance, standardError }) => importance === 0 && standardError === 0)).toBe(
      true,
    );
    return found[0]?.reason;
  };

  it("says where nothing can be said", () => {
    const trials = trialsOf(additive, sum, 60);
    expect(reasons([])).toBe("no trial is complete");
    expect(reasons(trials.map((trial) => ({ ...trial, state: "failed", loss: undefined })))).toBe(
      "no trial is complete",
    );
    expect(reasons(trials.map((trial) => ({ ...trial, loss: 3 })))).toBe("all trials have the same value");
    expect(reasons(trials.slice(0, 3))).toMatch(/are the least$/);
    expect(importanceOf(levelOf({}), trials, { method })).toEqual([]);
  });

  it("repeats by its seed, without a parameter that has one value", () => {
    const level = levelOf({ x: float(0, 1), one: int(3, 3), only: choice(["a"]) });
    const trials = trialsOf(level, ({ x }: { x: number }) => x ** 2, 80);
    const found = importanceOf(level, trials, { method, seed: 3 });
    expect(found[0]).toMatchObject({ path: "x", importance: 1 });
    expect(importanceOf(level, trials, { method, seed: 3 })).toEqual(found);
    const other = trialsOf(additive, sum, 80);
    expect(importanceOf(additive, other, { method, seed: 3 })).not.toEqual(
      importanceOf(additive, other, { method, seed: 4 }),
    );
  });
});

it("importance says that there are few trials, and what it cannot do", () => {
  const trials = trialsOf(additive, sum, 49);
  expect(pedAnova(additive, trials)[0]?.reason).toBe(
    "4 of 49 trials are good, and 49 complete: 5 good ones are the least",
  );
  expect(fanova(additive, trials.slice(0, 12))[0]?.reason).toMatch(/the shares are noise$/);
  expect(() => importanceOf(additive, trials, { pairs: true })).toThrow('"ped-anova" says nothing of pairs.');
  expect(() => importanceOf(additive, trials, { methd: 1 } as never)).toThrow('Did you mean "method"?');
});
