import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { huber } from "../../../nn/losses/huber.js";
import type { LossSpec } from "../../../nn/losses/resolve.js";
import { heldOutOf } from "../heldOut.js";
import type { RowLoss } from "../losses.js";
import { superLearnerWeights } from "../superLearnerWeights.js";
import { type Descent, exponentiatedStep } from "./exponentiatedGradient.js";
import { gapOf } from "./newton.js";
import { rowFunction } from "./rowFunction.js";
import { simplexWeights } from "./simplexWeights.js";

interface Golden {
  readonly y: number[];
  readonly z: Readonly<Record<string, number[]>>;
  readonly weights: Readonly<Record<string, { readonly objective: number }>>;
}

const boston = JSON.parse(
  readFileSync(new URL("../../../../goldens/ensembles/boston.json", import.meta.url), "utf8"),
) as Golden;
const held = heldOutOf(boston.z, boston.y, undefined, false);
const all = held.names.map((_, index) => index);
const { rows } = held;
const squares: RowLoss = {
  name: "squares",
  value: (y, p) => (p - y) ** 2 / rows,
  slope: (y, p) => (2 * (p - y)) / rows,
};
const f = rowFunction(held, all, squares);
/** The optimum of R's quadratic program. */
const optimum = boston.weights.convex?.objective as number;
const tolerance = 1e-10 * (1 + optimum);

describe("weights on the simplex", () => {
  it("reach the optimum of the active set, by value and gradient alone", () => {
    const { value, gradient, size } = f;
    const found = simplexWeights({ size, value, gradient });
    expect(found.converged).toBe(true);
    expect(found.gap).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(found.value - optimum)).toBeLessThan(tolerance);
    expect(found.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  it("do so from anywhere, and for columns that are equal and nearly so", () => {
    const start = all.map((index) => (index === 0 ? 1 : 1e-3));
    expect(Math.abs(simplexWeights(f, { start }).value - optimum)).toBeLessThan(tolerance);
    const random = new Generator(1);
    const near = held.columns.map((column) => column.map((value) => value * (1 + 1e-7 * random.normal())));
    const twins = { ...held, columns: [...held.columns, ...held.columns, ...near] };
    const found = simplexWeights(
      rowFunction(
        twins,
        twins.columns.map((_, index) => index),
        squares,
      ),
    );
    expect(found.converged).toBe(true);
    expect(found.value).toBeLessThan(optimum + tolerance);
  });

  it("are near after steps of exponentiated gradient, whose gap rounding keeps from closing", () => {
    const first = new Float64Array(f.size).fill(1 / f.size);
    let at: Descent = { weights: first, value: f.value(first), rate: 1 };
    let steps = 0;
    for (; steps < 1000; steps++) {
      const next = exponentiatedStep(f.value, at, f.gradient(at.weights));
      if (next === undefined) break;
      expect(next.value).toBeLessThan(at.value);
      at = next;
    }
    expect(steps).toBeLessThan(200);
    expect(Math.abs(at.value - optimum)).toBeLessThan(tolerance);
    expect(gapOf(f.gradient(at.weights), at.weights, "simplex")).toBeGreaterThan(tolerance);
  });

  it.each([
    [{ ...f, size: 0 }, {}, "simplexWeights: the function: size must be a whole number from 1, received 0."],
    [{ ...f, gradient: () => [1] }, {}, "simplexWeights: the gradient has 1 numbers for 8 weights"],
    [{ ...f, value: () => Number.NaN }, {}, "simplexWeights: value or gradient are not finite at the start"],
    [f, { start: [1, 2] }, "simplexWeights: start must be 8 weights that are not all 0, received [1, 2]."],
    [f, { round: 3 }, 'simplexWeights: unknown option "round". Did you mean "rounds"?'],
  ])("refuse %#", (given, options, message) => {
    expect(() => simplexWeights(given, options as never)).toThrow(message);
  });
});

describe("weights for any loss", () => {
  const by = (loss: LossSpec | RowLoss) => superLearnerWeights(boston.z, boston.y, { loss });

  it.each(["huber", "mae", "logCosh", "mape", "poisson"] as const)("%s ends by its gap", (loss) => {
    const { gap, objective, risks, weights } = by(loss);
    expect(gap).toBeLessThanOrEqual(1e-10 * (1 + Math.abs(objective)));
    expect(objective).toBeLessThanOrEqual(Math.min(...risks.filter(Number.isFinite)) + 1e-9);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    // No neighbour on the simplex is better.
    for (const index of all) {
      const moved = weights.map((weight, other) => 0.999 * weight + (other === index ? 0.001 : 0));
      const pool = held.columns.map((column, l) => column.map((value) => value * (moved[l] as number)));
      const sum = pool.reduce((a, b) => a.map((value, i) => value + (b[i] as number)));
      const { risks: there } = superLearnerWeights({ sum: Array.from(sum) }, boston.y, { loss });
      expect(there[0]).toBeGreaterThanOrEqual(objective - 1e-9);
    }
  });

  it("mse is the same as squaredError, and a loss of one's own as that of a network", () => {
    const { weights } = superLearnerWeights(boston.z, boston.y);
    by("mse").weights.forEach((weight, index) => {
      expect(weight).toBeCloseTo(weights[index] as number, 6);
    });
    const mine: RowLoss = {
      name: "mine",
      value: (y, p) => (Math.abs(p - y) < 2 ? (p - y) ** 2 / 2 : 2 * Math.abs(p - y) - 2),
      slope: (y, p) => Math.min(2, Math.max(-2, p - y)),
    };
    expect(by(mine).objective).toBeCloseTo(by(huber({ delta: 2 })).objective, 10);
  });

  it("logLikelihood is that of the linear pool", () => {
    const z = { a: [0.9, 0.2, 0.6, 0.1], b: [0.7, 0.4, 0.9, 0.4] };
    const y = [1, 0, 1, 1];
    const wanted = superLearnerWeights(z, y, { method: "mixtureLogLikelihood" });
    expect(superLearnerWeights(z, y, { loss: "logLikelihood" })).toEqual(wanted);
  });

  it.each([
    [
      { loss: "auc" as const },
      'superLearnerWeights: the loss "auc" has no gradient here, which the method "convex" needs. Take method: "greedy".',
    ],
    [{ loss: () => 1 }, "superLearnerWeights: a function of all rows has no gradient here"],
    [
      { loss: "huber" as const, method: "nnls" as const },
      'superLearnerWeights: loss is for the methods "convex" and "greedy"; "nnls" has its own.',
    ],
    [
      { loss: "hubert" as "huber" },
      'superLearnerWeights: loss: unknown loss "hubert". Did you mean "huber"?',
    ],
    [
      { loss: "hinge" as const },
      "superLearnerWeights: the loss hinge, with these options and 1 columns, is not among those that weights are found for. Those are squaredError, logLikelihood, auc, meanSquaredError,",
    ],
    [
      { loss: 3 as never },
      "superLearnerWeights: loss must be a name, a loss, { name, value, slope } or a function, received 3.",
    ],
    [
      { method: "greedy" as const, greedy: { round: 3 } as never },
      'superLearnerWeights: greedy: unknown option "round". Did you mean "rounds"?',
    ],
  ])("refuse %#", (options, message) => {
    expect(() => superLearnerWeights({ a: [0.1, 0.2], b: [0.3, 0.1] }, [1, 0], options)).toThrow(message);
  });
});
