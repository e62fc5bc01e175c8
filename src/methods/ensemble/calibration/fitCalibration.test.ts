import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { testRuntime } from "../../../engine/testing/evaluate.js";
import { input } from "../../../nn/layers/core/input.js";
import { type PoolOptions, pool, poolRules } from "../../../nn/layers/merging/pool.js";
import { model } from "../../../nn/models/model.js";
import { softmaxRows } from "../combine.js";
import { ensemble } from "../ensemble.js";
import { fitPlatt, fitTemperature } from "./fitCalibration.js";
import { poolRows } from "./poolRows.js";

const rows = 600;

/** Members' probabilities of classes, too sure by a factor, and labels that were drawn by the right ones. */
function drawn(classes: number, sharper: number, seed = 4) {
  const random = new Generator(seed);
  const logits = Float64Array.from({ length: rows * classes }, () => 1.5 * random.normal());
  const right = softmaxRows(logits.slice(), classes);
  const y = Array.from({ length: rows }, (_, row) => {
    let u = random.uniform();
    for (let k = 0; k < classes - 1; k++) {
      u -= right[row * classes + k] as number;
      if (u < 0) return k;
    }
    return classes - 1;
  });
  const member = (): Float64Array =>
    softmaxRows(
      logits.map((x) => sharper * (x + 0.1 * random.normal())),
      classes,
    );
  return { members: [member(), member(), member()], y };
}

const matrix = (p: Float64Array, classes: number): Tensor => new Tensor("float64", [rows, classes], p);

/** The layer's pool of given probabilities. */
async function layerPool(members: readonly Float64Array[], classes: number, options: PoolOptions) {
  const inputs = members.map((_, index) => input({ shape: [classes], name: `p${index}` }));
  const net = model({ inputs, outputs: pool(options)(inputs), runtime: testRuntime() });
  const given = members.map((p) => matrix(p, classes).cast("float32"));
  return toNumbers(await net.predict(given as never));
}

describe("the pool in float64", () => {
  it.each(poolRules)("%s is that of the layer", async (rule) => {
    for (const classes of [1, 2, 3]) {
      const { members } = drawn(Math.max(2, classes), 1);
      const own = classes === 1 ? members.map((p) => p.filter((_, i) => i % 2 === 1)) : members;
      const weights = rule === "median" ? [1, 1, 1] : [1, 2, 4];
      const wanted = await layerPool(own, classes, { rule, ...(rule === "median" ? {} : { weights }) });
      const pooled = poolRows(own, rule, weights, classes);
      const apart = Array.from(pooled, (p, i) => Math.abs(p - (wanted[i] as number)));
      expect(Math.max(...apart)).toBeLessThan(2e-6);
    }
  });
});

describe("a temperature for a pool", () => {
  const { members, y } = drawn(3, 3);
  const z = Object.fromEntries(members.map((p, index) => [`m${index}`, matrix(p, 3)]));

  it.each(["mean", "geometricMean"] as const)("of the %s makes its log loss smallest", async (combine) => {
    const temperature = fitTemperature(z, y, { combine, weights: [1, 1, 2] });
    // The members are three times too sure, and the mean evens some of it out.
    expect(temperature).toBeGreaterThan(2);
    expect(temperature).toBeLessThan(4);
    const loss = async (t: number): Promise<number> => {
      const p = await layerPool(members, 3, { rule: combine, weights: [1, 1, 2], temperature: t });
      return y.reduce((sum, label, row) => sum - Math.log(p[3 * row + label] as number), 0) / rows;
    };
    const here = await loss(temperature);
    expect(await loss(temperature * 1.1)).toBeGreaterThan(here);
    expect(await loss(temperature / 1.1)).toBeGreaterThan(here);
    expect(await loss(1)).toBeGreaterThan(here + 0.1);
  });

  it("is the same of two classes in one column and in two, and 1 where the pool is right", () => {
    const two = drawn(2, 1, 8);
    const [p] = two.members as [Float64Array];
    const one = fitTemperature({ p: p.filter((_, i) => i % 2 === 1) }, two.y);
    expect(fitTemperature({ p: matrix(p, 2) }, two.y)).toBeCloseTo(one, 8);
    expect(one).toBeGreaterThan(0.8);
    expect(one).toBeLessThan(1.25);
  });

  it("counts rows by their weights", () => {
    const twice = [...y, ...y.slice(0, 100)];
    const p = members[0] as Float64Array;
    const more = new Tensor("float64", [rows + 100, 3], Float64Array.of(...p, ...p.subarray(0, 300)));
    const observationWeights = y.map((_, row) => (row < 100 ? 2 : 1));
    expect(fitTemperature({ p: matrix(p, 3) }, y, { observationWeights })).toBeCloseTo(
      fitTemperature({ p: more }, twice),
      6,
    );
  });
});

describe("Platt's line", () => {
  it("undoes a line that was drawn through the log-odds", () => {
    const random = new Generator(2);
    const right = Float64Array.from({ length: 4000 }, () => 1.5 * random.normal());
    const y = Array.from(right, (x) => Number(random.uniform() < 1 / (1 + Math.exp(-x))));
    const p = right.map((x) => 1 / (1 + Math.exp(-(2 * x + 1))));
    const { slope, intercept } = fitPlatt({ p }, y);
    expect(slope).toBeGreaterThan(0.45);
    expect(slope).toBeLessThan(0.56);
    expect(intercept / slope).toBeGreaterThan(-1.25);
    expect(intercept / slope).toBeLessThan(-0.75);
    // The first-order conditions, with Platt's targets.
    const ones = y.reduce((sum, label) => sum + label, 0);
    const [high, low] = [(ones + 1) / (ones + 2), 1 / (4002 - ones)];
    const off = right.map(
      (x, row) => 1 / (1 + Math.exp(-(slope * (2 * x + 1) + intercept))) - (y[row] === 1 ? high : low),
    );
    expect(off.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 6);
    expect(off.reduce((sum, value, row) => sum + value * (right[row] as number), 0)).toBeCloseTo(0, 6);
  });

  it("is finite where the classes are apart, and where all scores are alike", () => {
    const parted = fitPlatt({ p: [0.1, 0.2, 0.8, 0.9] }, [0, 0, 1, 1]);
    expect(Number.isFinite(parted.slope)).toBe(true);
    expect(parted.slope).toBeGreaterThan(0);
    const flat = fitPlatt({ p: [0.5, 0.5, 0.5] }, [0, 1, 1]);
    expect(1 / (1 + Math.exp(-flat.intercept))).toBeCloseTo((2 * 0.75 + 1 / 3) / 3, 6);
  });

  it("goes into an ensemble", async () => {
    const p = input({ shape: [1], name: "p" });
    const same = model({ inputs: { p }, outputs: { p }, runtime: testRuntime() });
    const line = { slope: 0.5, intercept: 1 };
    const whole = ensemble([same, same], { of: "probabilities", platt: line });
    const given = await whole.predict({ p: [[0.9]] });
    expect(given.p?.item()).toBeCloseTo(1 / (1 + Math.exp(-(0.5 * Math.log(9) + 1))), 6);
  });
});

describe("refuses", () => {
  const three = new Tensor("float64", [2, 3], Float64Array.of(0.2, 0.3, 0.5, 0.1, 0.1, 0.8));
  it.each([
    [
      () => fitPlatt({ a: three }, [0, 1]),
      "fitPlatt: there are 3 classes, and Platt's line is for two. Take fitTemperature.",
    ],
    [
      () => fitTemperature({ a: [1.5, 0] }, [0, 1]),
      'fitTemperature: "a": row 0 has 1.5; expected probabilities.',
    ],
    [
      () => fitTemperature({ a: [Number.NaN, 0] }, [0, 1]),
      'fitTemperature: "a": row 0 has NaN; expected probabilities.',
    ],
    [
      () => fitTemperature({ a: [0.5, 0] }, [0, 1], { weights: [1, 2] }),
      "fitTemperature: there are 2 weights for 1 members; they must be as many.",
    ],
    [() => fitTemperature({ a: [0.5, 0] }, [0, 1], { weights: [0] }), "fitTemperature: weights are all 0"],
    [
      () => fitTemperature({ a: [0.5, 0] }, [0, 1], { weights: [1], combine: "median" }),
      "fitTemperature: the median takes no weights; leave them out.",
    ],
    [
      () => fitTemperature({ a: [0.5, 0] }, [0, 1], { combine: "percentileMean" as "mean" }),
      'fitTemperature: combine must be "mean", "geometricMean", "median" or "vote", received "percentileMean".',
    ],
  ])("%#", (call, message) => {
    expect(call).toThrow(message);
  });
});
