import { describe, expect, it } from "vitest";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { expectClose } from "../../../engine/testing/expectClose.js";
import { runLayer } from "../../testing/runLayer.js";
import { input } from "../core/input.js";
import { type PoolOptions, pool } from "./pool.js";

const a = [[0.7, 0.2, 0.1]];
const b = [[0.1, 0.6, 0.3]];
const c = [[0.3, 0.3, 0.4]];

const pooled = async (options: PoolOptions, ...members: number[][][]): Promise<Tensor> =>
  (await runLayer(pool(options), members)).outputs[0] as Tensor;

describe("pooling predictions", () => {
  it.each([
    ["mean", {}, [[1.1 / 3, 1.1 / 3, 0.8 / 3]]],
    [
      "weighted mean",
      { weights: [2, 1, 1] },
      [[(1.4 + 0.1 + 0.3) / 4, (0.4 + 0.6 + 0.3) / 4, (0.2 + 0.3 + 0.4) / 4]],
    ],
    ["a weight of 0", { weights: [0, 1, 0] }, b],
    ["median, divided by its sum", { rule: "median" as const }, [[0.3 / 0.9, 0.3 / 0.9, 0.3 / 0.9]]],
    ["median of values", { rule: "median" as const, of: "values" as const }, [[0.3, 0.3, 0.3]]],
  ])("%s", async (_, options, expected) => {
    expectClose(await pooled(options, a, b, c), expected);
  });

  it("by the geometric mean is the softmax of the mean of logits", async () => {
    const root = [0, 1, 2].map((k) => ((a[0]?.[k] as number) * (b[0]?.[k] as number)) ** 0.5);
    const total = root.reduce((sum, value) => sum + value, 0);
    expectClose(await pooled({ rule: "geometricMean" }, a, b), [root.map((value) => value / total)]);
    const odds = (p: number): number => Math.log(p / (1 - p));
    const mean = 1 / (1 + Math.exp(-(odds(0.9) + odds(0.4)) / 2));
    expectClose(await pooled({ rule: "geometricMean" }, [[0.9]], [[0.4]]), [[mean]]);
  });

  it("does not let one member's 0 decide alone, and is finite at the ends", async () => {
    const sure = await pooled({ rule: "geometricMean" }, [[1, 0, 0]], [[0, 1, 0]]);
    expectClose(sure, [[0.5, 0.5, 0]], { absolute: 2e-4 });
    expectClose(await pooled({ rule: "geometricMean" }, [[1]], [[0]]), [[0.5]]);
  });

  it("takes the mean of the middle two of four", async () => {
    expectClose(await pooled({ rule: "median", of: "values" }, [[1]], [[9]], [[3]], [[4]]), [[3.5]]);
  });

  it("counts votes, and lets probabilities decide between equal counts", async () => {
    const even = await pooled({ rule: "vote" }, a, [[0.1, 0.9, 0]]);
    expectClose(even, [[0.5, 0.5, 0]], { absolute: 1e-4 });
    const [row] = even.toArray() as number[][];
    // One vote each; the second has the higher mean probability.
    expect((row?.[1] as number) > (row?.[0] as number)).toBe(true);
    expectClose(await pooled({ rule: "vote" }, [[0.9]], [[0.6]], [[0.1]]), [[2 / 3]], { absolute: 1e-4 });
  });

  it("divides logits by a temperature", async () => {
    const sharp = await pooled({ temperature: 0.5 }, a, a);
    const squares = [0.49, 0.04, 0.01];
    expectClose(sharp, [squares.map((value) => value / 0.54)]);
  });
});

describe("Platt's line on log-odds", () => {
  const odds = (p: number): number => Math.log(p / (1 - p));
  const line = { slope: 2, intercept: -0.5 };
  const wanted = (p: number): number => 1 / (1 + Math.exp(0.5 - 2 * odds(p)));

  it("is drawn through single probabilities and through two classes", async () => {
    expectClose(await pooled({ platt: line }, [[0.9]], [[0.5]]), [[wanted(0.7)]]);
    const two = await pooled({ platt: line }, [[0.1, 0.9]], [[0.5, 0.5]]);
    expectClose(two, [[1 - wanted(0.7), wanted(0.7)]]);
    const mean = 1 / (1 + Math.exp(-(odds(0.9) + odds(0.4)) / 2));
    expectClose(await pooled({ rule: "geometricMean", platt: line }, [[0.9]], [[0.4]]), [[wanted(mean)]]);
  });

  it("of slope 1 / T is the temperature T", async () => {
    const tempered = await pooled({ temperature: 4 }, [[0.9]], [[0.5]]);
    expectClose(
      await pooled({ platt: { slope: 0.25, intercept: 0 } }, [[0.9]], [[0.5]]),
      tempered.toArray() as number[][],
    );
  });
});

describe("refuses", () => {
  const x = input({ shape: [3], name: "x" });
  it.each([
    [
      () => pool({ rule: "vote", of: "values" }),
      "pool: the rule vote is for probabilities; the inputs are said to be values.",
    ],
    [() => pool({ temperature: 2, of: "values" }), "pool: a temperature is for probabilities"],
    [() => pool({ platt: { slope: 1, intercept: 0 }, of: "values" }), "pool: platt is for probabilities"],
    [
      () => pool({ platt: { slope: 1, intercept: 0 }, temperature: 2 }),
      "pool: a temperature and platt both calibrate; give one of them.",
    ],
    [() => pool({ platt: { slope: 1 } as never }), "pool: platt: intercept is required: a number."],
    [
      () => pool({ platt: { slope: 1, intercept: 0 } })([x, x]),
      'pool: platt is for single probabilities and for two classes, received [?, 3] from "x"',
    ],
    [() => pool({ rule: "median", weights: [1, 2] }), "pool: the median takes no weights; leave them out."],
    [() => pool({ weights: [0, 0] }), "pool: weights are all 0; at least one must be above."],
    [() => pool({ weights: [1, -1] }), "pool: weights[1] must be a number from 0, received -1."],
    [
      () => pool({ rule: "best" as "mean" }),
      'pool: rule must be "mean", "geometricMean", "median" or "vote", received "best".',
    ],
    [
      () => pool({ name: "p", weights: [1, 2] })([x, x, x]),
      'pool "p": there are 2 weights for 3 inputs; they must be as many.',
    ],
    [
      () => pool()([x, input({ shape: [4], name: "y" })]),
      'pool: expected inputs of one shape, received [?, 3] from "x" and [?, 4] from "y"',
    ],
    [() => pool()([x]), "pool: expected an array of at least two inputs, received 1."],
  ])("%#", (call, message) => {
    expect(call).toThrow(message);
  });
});
