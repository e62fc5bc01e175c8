import { describe, expect, it } from "vitest";
import { float } from "../space/parameters.js";
import { openStudy } from "../study/openStudy.js";
import { halving } from "./halving.js";
import { patient } from "./patient.js";
import { median, percentile } from "./percentile.js";
import type { Followed, Pruner } from "./pruner.js";
import { threshold } from "./threshold.js";
import { signedRankChance, wilcoxon } from "./wilcoxon.js";

const trial = (losses: readonly number[], state: Followed["state"] = "complete", number = 0): Followed => ({
  number,
  state,
  reports: losses.map((loss, step) => [step + 1, loss] as const),
  loss: state === "complete" ? losses.at(-1) : undefined,
});
const prunes = (pruner: Pruner, losses: readonly number[], others: readonly Followed[] = []): boolean =>
  pruner.shouldPrune({ trial: trial(losses, "running"), others });

describe("median and percentile", () => {
  const others = [1, 2, 3, 4, 5].map((end) => trial([10, end + 1, end]));

  it("compare the best so far with what complete trials had at the same step", () => {
    expect(prunes(median(), [10, 4, 9], others)).toBe(true);
    expect(prunes(median(), [10, 3, 9], others)).toBe(false);
    expect(prunes(percentile({ percentile: 25 }), [10, 3, 9], others)).toBe(true);
    expect(prunes(percentile({ percentile: 100 }), [10, 5, 9], others)).toBe(false);
  });

  it("wait for complete trials, for steps, and where nobody has been", () => {
    expect(prunes(median(), [10, 9, 9], others.slice(1))).toBe(false);
    expect(prunes(median({ warmup: 4 }), [10, 9, 9], others)).toBe(false);
    expect(prunes(median(), [10, 9, 9, 9], others)).toBe(false);
    const pruned = others.map(({ reports }) => ({ ...trial([]), reports, state: "pruned" as const }));
    expect(prunes(median(), [10, 9, 9], pruned)).toBe(false);
    expect(prunes(median(), [Number.NaN, Number.NaN], others)).toBe(true);
  });
});

it("patience ends with so many reports that are no better", () => {
  const pruner = patient({ patience: 2, minDelta: 0.1 });
  expect(prunes(pruner, [3, 2, 2])).toBe(false);
  expect(prunes(pruner, [2, 3, 3, 3])).toBe(true);
  expect(prunes(pruner, [2, 3, 3, 1.5])).toBe(false);
  expect(prunes(pruner, [2, 3, 3, 2])).toBe(true);
});

it("patience counts gains up to minDelta as none, over all its reports together", () => {
  const gaining = (gain: number): number[] => Array.from({ length: 8 }, (_, step) => 1 - gain * step);
  for (const [minDelta, expected] of [
    [0, false],
    [1e-9, false],
    [0.02, false],
    [0.04, true],
    [0.1, true],
    [10, true],
  ] as const) {
    // Three reports of .01 each.
    expect(prunes(patient({ patience: 2, minDelta }), gaining(0.01))).toBe(expected);
  }
  const pruner = patient({ patience: 2 });
  expect(prunes(pruner, gaining(0))).toBe(true);
  expect(prunes(pruner, [0, 0, 0])).toBe(false);
  expect(prunes(pruner, [0, 0, 0, 0])).toBe(true);
  expect(prunes(pruner, [1, Number.NaN, Number.NaN, Number.NaN])).toBe(true);
  expect(prunes(pruner, [Number.NaN, Number.NaN, Number.NaN, 1])).toBe(false);
  expect(prunes(pruner, [Number.NaN, Number.NaN, Number.NaN, Number.NaN])).toBe(true);
  expect(prunes(patient({ patience: 0 }), [2, 2])).toBe(true);
  expect(prunes(patient({ patience: 0 }), [2, 1])).toBe(false);
});

it("a threshold ends what is NaN or beyond it", () => {
  expect(prunes(threshold({ above: 5 }), [6])).toBe(true);
  expect(prunes(threshold({ above: 5 }), [4])).toBe(false);
  expect(prunes(threshold(), [1, Number.NaN])).toBe(true);
  expect(prunes(threshold({ above: 5, warmup: 2 }), [6])).toBe(false);
});

it("halving lets one of three go on from each rung", () => {
  const others = [5, 4, 3, 2, 1].map((loss) => trial([loss, loss, loss], "running"));
  expect(prunes(halving(), [2], others)).toBe(false);
  expect(prunes(halving(), [2.5], others)).toBe(true);
  expect(prunes(halving(), [1.5, 9], others)).toBe(false);
  expect(prunes(halving(), [1.5, 9, 9], others)).toBe(true);
  expect(prunes(halving(), [9], [])).toBe(false);
});

describe("Wilcoxon's test", () => {
  it("has the exact chance of a sum of signed ranks", () => {
    expect(signedRankChance([1, 2, 3, 4])).toBeCloseTo(1 / 16, 12);
    expect(signedRankChance([-1, 2, 3, 4])).toBeCloseTo(2 / 16, 12);
    expect(signedRankChance([1, 1, -1, -1])).toBeCloseTo(11 / 16, 12);
    // SciPy: wilcoxon([1.1, -0.4, 2.3, 0.7, 3.1, -0.2, 1.9], alternative="greater", mode="exact").pvalue
    expect(signedRankChance([1.1, -0.4, 2.3, 0.7, 3.1, -0.2, 1.9])).toBeCloseTo(0.0390625, 10);
  });

  it("ends what is worse over the folds of the best", () => {
    const best = trial([1, 2, 3, 4, 5]);
    expect(prunes(wilcoxon(), [1.1, 2.2, 3.1, 4.3], [best, trial([9, 9, 9, 9, 9])])).toBe(true);
    expect(prunes(wilcoxon(), [1.1, 2.2, 3.1], [best])).toBe(false);
    expect(prunes(wilcoxon(), [0.9, 2.2, 2.8, 4.3], [best])).toBe(false);
  });
});

it("a study prunes by it, of either direction, and tells the trial", async () => {
  for (const direction of ["minimize", "maximize"] as const) {
    const sign = direction === "minimize" ? 1 : -1;
    const study = await openStudy({
      space: { x: float(0, 1) },
      pruner: median({ startup: 3 }),
      direction,
      seed: 1,
    });
    await study.run(
      (own) => {
        for (let step = 1; step <= 5; step++) {
          own.report(sign * (own.params.x + 1 / step), step);
          if (own.shouldStop) return Number.NaN;
        }
        return sign * own.params.x;
      },
      { trials: 40 },
    );
    const pruned = study.trials.filter(({ state }) => state === "pruned");
    expect(pruned.length).toBeGreaterThan(5);
    expect(pruned[0]?.reason).toMatch(/^median at step \d$/);
    expect(pruned[0]?.value).toBe(pruned[0]?.reports.at(-1)?.[1]);
    expect(sign * (study.best?.value as number)).toBeLessThan(0.1);
  }
});
