import { describe, expect, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import { aucWithInfluence } from "./auc.js";
import type { HeldOut } from "./heldOut.js";
import { pairedDifference, riskOf } from "./risk.js";
import { superLearnerWeights } from "./superLearnerWeights.js";

const held = (targets: readonly number[], more: Partial<HeldOut> = {}): HeldOut => ({
  names: [],
  task: "regression",
  rows: targets.length,
  classes: 1,
  columns: [],
  targets: Float64Array.from(targets),
  weights: new Float64Array(targets.length).fill(1),
  failed: [],
  ...more,
});

const p = Float64Array.of(1, 2, 4, 0);
// Squared errors 1, 4, 16, 0.
const zeros = [0, 0, 0, 0];
const losses = [1, 4, 16, 0];
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

describe("standard errors", () => {
  it("are sd / √n of rows that count alike, whatever they all count", () => {
    const mean = 21 / 4;
    const se = Math.sqrt(sum(losses.map((loss) => (loss - mean) ** 2)) / 3 / 4);
    for (const weighting of ["asGiven", "normalised"] as const) {
      const { risk, standardError } = riskOf(held(zeros), p, "squaredError", weighting);
      expect([risk, standardError]).toEqual([expect.closeTo(mean, 12), expect.closeTo(se, 12)]);
    }
    const doubled = held(zeros, { weights: new Float64Array(4).fill(2) });
    const { risk, standardError } = riskOf(doubled, p, "squaredError", "normalised");
    expect([risk, standardError]).toEqual([expect.closeTo(mean, 12), expect.closeTo(se, 12)]);
    // As R has it, weights multiply the losses.
    expect(riskOf(doubled, p, "squaredError").risk).toBeCloseTo(2 * mean, 12);
  });

  it("of weighted rows are sqrt(Σ w² (l − risk)²) / Σ w", () => {
    const w = [1, 2, 0, 3];
    const weighted = held(zeros, { weights: Float64Array.from(w) });
    const { risk, standardError } = riskOf(weighted, p, "squaredError", "normalised");
    expect(risk).toBeCloseTo(9 / 6, 12);
    const squares = losses.map((loss, row) => ((w[row] as number) * (loss - 1.5)) ** 2);
    expect(standardError).toBeCloseTo(Math.sqrt(sum(squares)) / 6, 12);
  });

  it("of rows in clusters go by the clusters' sums", () => {
    const clusters = Int32Array.of(7, 7, 3, 3);
    const mean = 21 / 4;
    const sums = [losses.slice(0, 2), losses.slice(2)].map((part) => sum(part.map((loss) => loss - mean)));
    const se = (Math.sqrt(sum(sums.map((value) => value ** 2))) / 4) * Math.sqrt(2);
    const { standardError } = riskOf(held(zeros, { clusters }), p, "squaredError", "normalised");
    expect(standardError).toBeCloseTo(se, 12);
    // Each row its own cluster: as if there were none.
    const single = held(zeros, { clusters: Int32Array.of(0, 1, 2, 3) });
    expect(riskOf(single, p, "squaredError").standardError).toBeCloseTo(
      riskOf(held(zeros), p, "squaredError").standardError,
      12,
    );
  });

  it("of a difference are those of the rows' differences", () => {
    const other = Float64Array.of(0, 2, 3, 1);
    const differences = [1, 0, 7, -1];
    const mean = 7 / 4;
    const { risk, standardError } = pairedDifference(held(zeros), p, other, "squaredError");
    expect(risk).toBeCloseTo(mean, 12);
    expect(standardError).toBeCloseTo(
      Math.sqrt(sum(differences.map((value) => (value - mean) ** 2)) / 3 / 4),
      12,
    );
  });

  it("can be asked for by ids", () => {
    const z = { a: [1, 2, 4, 0] };
    const [plain, clustered] = [undefined, ["u", "u", "v", "v"]].map(
      (ids) => superLearnerWeights(z, zeros, { ids }).standardErrors[0] as number,
    );
    expect(plain).toBeCloseTo(riskOf(held(zeros), p, "squaredError").standardError, 12);
    const clusters = Int32Array.of(0, 0, 1, 1);
    expect(clustered).toBeCloseTo(riskOf(held(zeros, { clusters }), p, "squaredError").standardError, 12);
    expect(() => superLearnerWeights(z, zeros, { ids: [1, 2] })).toThrow(
      "superLearnerWeights: there are 2 ids for 4 rows; they must be as many.",
    );
  });
});

/** Scores that are a little higher for class 1, with ties. */
function scores(rows: number, seed: number): { p: Float64Array; y: number[] } {
  const random = new Generator(seed);
  const y = Array.from({ length: rows }, () => Number(random.uniform() < 0.3));
  return { p: Float64Array.from(y, (label) => Math.round(8 * (random.uniform() + 0.4 * label)) / 8), y };
}

describe("the area under the curve", () => {
  it("has the pairs' share, and influence values of the mean 0", () => {
    const { p: s, y } = scores(60, 1);
    const { auc, influence = new Float64Array() } = aucWithInfluence(s, y);
    const pair = (a: number, b: number): number => (a > b ? 1 : a === b ? 0.5 : 0);
    const [ones, others] = [1, 0].map((label) => [...s].filter((_, row) => y[row] === label)) as [
      number[],
      number[],
    ];
    const above = ones.map((one) => sum(others.map((other) => pair(one, other))) / others.length);
    expect(auc).toBeCloseTo(sum(above) / ones.length, 12);
    expect(sum([...influence])).toBeCloseTo(0, 10);
    const first = y.indexOf(1);
    expect(influence[first]).toBeCloseTo(((above[0] as number) - auc) / (ones.length / 60), 12);
    const zero = y.indexOf(0);
    const share = sum(ones.map((one) => pair(one, s[zero] as number))) / ones.length;
    expect(influence[zero]).toBeCloseTo((share - auc) / (others.length / 60), 12);
  });

  it("has DeLong's standard error, but for n in the place of n − 1", () => {
    const { p: s, y } = scores(400, 2);
    const { risk, standardError } = riskOf(held(y), s, "auc");
    const { auc, influence = new Float64Array() } = aucWithInfluence(s, y);
    expect(risk).toBeCloseTo(1 - auc, 12);
    const count = sum(y);
    const variance = (label: number): number => {
      const n = label === 1 ? count : 400 - count;
      const shares = [...influence].filter((_, row) => y[row] === label).map((value) => (value * n) / 400);
      return sum(shares.map((value) => value ** 2)) / (n - 1) / n;
    };
    expect(standardError).toBeCloseTo(Math.sqrt(variance(0) + variance(1)), 3);
    expect(standardError / Math.sqrt(variance(0) + variance(1))).toBeCloseTo(1, 2);
  });

  it("is taken within folds, where there are some, and their mean is taken", () => {
    const { p: s, y } = scores(90, 3);
    const folds = Int32Array.from(y, (_, row) => row % 3);
    // Scores of another level in each fold, as of other fits.
    const shifted = s.map((score, row) => score + 10 * (folds[row] as number));
    const each = [0, 1, 2].map((fold) => {
      const own = y.flatMap((_, row) => (folds[row] === fold ? [row] : []));
      const part = riskOf(
        held(own.map((row) => y[row] as number)),
        Float64Array.from(own, (row) => s[row] as number),
        "auc",
      );
      return { ...part, rows: own.length };
    });
    const { risk, standardError } = riskOf(held(y, { folds }), shifted, "auc");
    expect(risk).toBeCloseTo(sum(each.map((one) => one.risk)) / 3, 12);
    const variance = sum(each.map((one) => one.standardError ** 2)) / 9;
    // Up to n − 1 of the folds in the place of n − 1 of all.
    expect(standardError / Math.sqrt(variance)).toBeCloseTo(Math.sqrt((90 / 89) * (29 / 30)), 10);
  });

  it("has the difference's error, which is 0 where nothing changes order", () => {
    const { p: s, y } = scores(80, 4);
    const same = pairedDifference(
      held(y),
      s,
      s.map((score) => 3 * score - 1),
      "auc",
    );
    expect([same.risk, same.standardError]).toEqual([0, 0]);
    const other = scores(80, 5).p;
    const difference = pairedDifference(held(y), s, other, "auc");
    const [a, b] = [s, other].map((one) => aucWithInfluence(one, y).influence as Float64Array) as [
      Float64Array,
      Float64Array,
    ];
    const apart = [...a].map((value, row) => (b[row] as number) - value);
    expect(difference.standardError).toBeCloseTo(Math.sqrt(sum(apart.map((x) => x * x)) / 79 / 80), 12);
  });

  it("of one class is 0.5, without an error, and of NaN none", () => {
    expect(riskOf(held([1, 1, 1]), Float64Array.of(1, 2, 3), "auc")).toEqual({
      risk: 0.5,
      standardError: Number.NaN,
    });
    expect(riskOf(held([1, 0, 1]), Float64Array.of(1, Number.NaN, 3), "auc").risk).toBeNaN();
  });
});
