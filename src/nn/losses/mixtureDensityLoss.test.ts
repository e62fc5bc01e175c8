import { describe, expect, it } from "vitest";
import type { Value } from "../../engine/graph/graph.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { Generator } from "../../engine/random/generator.js";
import { Tensor, tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { checkGradient } from "../../engine/testing/checkGradient.js";
import { evaluateOne, gradientBuild, testRuntime } from "../../engine/testing/evaluate.js";
import { input } from "../layers/core/input.js";
import { mixtureDensity } from "../layers/core/mixtureDensity.js";
import { model } from "../models/model.js";
import { emitLoss } from "./emitLoss.js";
import { mixtureDensityLoss } from "./mixtureDensityLoss.js";

const loss = mixtureDensityLoss();

/** Losses of predictions `[…, width]` for targets. */
const lossesOf = async (prediction: Tensor, target: Tensor): Promise<readonly number[]> =>
  Array.from(toNumbers(await evaluateOne((p) => loss.emit(p.graph.constant(target), p), prediction)));

/** As Graves writes it, in double precision. */
function byHand(
  row: readonly number[],
  [dx, dy, lifted, ended]: readonly number[],
  components: number,
): number {
  const at = (block: number, j: number): number => row[1 + block * components + j] as number;
  const js = Array.from({ length: components }, (_, j) => j);
  const total = js.reduce((sum, j) => sum + Math.exp(at(0, j)), 0);
  const density = js.reduce((sum, j) => {
    const [sx, sy, rho] = [Math.exp(at(3, j)), Math.exp(at(4, j)), Math.tanh(at(5, j))];
    const [zx, zy] = [((dx as number) - at(1, j)) / sx, ((dy as number) - at(2, j)) / sy];
    const z = zx ** 2 + zy ** 2 - 2 * rho * zx * zy;
    const norm = 2 * Math.PI * sx * sy * Math.sqrt(1 - rho ** 2);
    return sum + ((Math.exp(at(0, j)) / total) * Math.exp(-z / (2 * (1 - rho ** 2)))) / norm;
  }, 0);
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const bernoulli = (p: number, is: number | undefined): number => -Math.log(is === 1 ? p : 1 - p);
  const isCounted = ended !== undefined && lifted === 1 && row.length % 6 === 2;
  const end = isCounted ? bernoulli(sigmoid(row.at(-1) as number), ended) : 0;
  return -Math.log(density) + bernoulli(sigmoid(row[0] as number), lifted) + end;
}

const rows = (count: number, width: number, seed = 1): number[][] => {
  const random = new Generator(seed);
  return Array.from({ length: count }, () => Array.from(random.normals(width)));
};
const points = [
  [0.3, -1.2, 0, 0],
  [2, 0.5, 1, 0],
  [-0.7, 0.1, 1, 1],
];

describe("mixtureDensityLoss", () => {
  it("is that of a single standard Gaussian and an even pen", async () => {
    const prediction = tensor([[0, 0, 0, 0, 0, 0, 0]]);
    const [plain] = await lossesOf(prediction, tensor([[1, 2, 0]]));
    expect(plain).toBeCloseTo(Math.log(2 * Math.PI) + 2.5 + Math.LN2, 6);
  });

  it.each([
    ["without an end", 19, 3],
    ["with an end that the target does not say", 20, 3],
    ["with an end that the network does not say", 19, 4],
    ["with an end", 20, 4],
  ])("is the one of the equations: %s", async (_, width, size) => {
    const [given, targets] = [rows(3, width), points.map((point) => point.slice(0, size))];
    const losses = await lossesOf(tensor(given), tensor(targets));
    given.forEach((row, at) => {
      expect(losses[at]).toBeCloseTo(byHand(row, targets[at] as number[], 3), 4);
    });
  });

  it("counts an end at lifted pens alone", async () => {
    const row = rows(1, 8)[0] as number[];
    const [down, up, over] = await lossesOf(
      tensor([row, row, row]),
      tensor([
        [0, 0, 0, 1],
        [0, 0, 1, 0],
        [0, 0, 1, 1],
      ]),
    );
    const [plainDown, plainUp] = await lossesOf(
      tensor([row, row]),
      tensor([
        [0, 0, 0],
        [0, 0, 1],
      ]),
    );
    expect(down).toBe(plainDown);
    expect((over as number) - (plainUp as number)).toBeCloseTo(Math.log1p(Math.exp(-(row[7] as number))), 5);
    expect((up as number) - (plainUp as number)).toBeCloseTo(Math.log1p(Math.exp(row[7] as number)), 5);
  });

  it("has the gradients of central differences in double precision", async () => {
    for (const [seed, stretch] of [
      [1, 1],
      [2, 2.2],
    ] as const) {
      // Deviations, correlations and shares near their ends, but not on them.
      const given = rows(3, 20, seed).map((row) => row.map((x, at) => (at > 9 && at < 19 ? stretch * x : x)));
      const build = (p: Value): Value => reduceSum(loss.emit(p.graph.constant(tensor(points)), p));
      const gradient = toNumbers(await evaluateOne(gradientBuild(build) as typeof build, tensor(given)));
      given.forEach((row, at) => {
        const of = (changed: readonly number[]): number => byHand(changed, points[at] as number[], 3);
        row.forEach((x, column) => {
          const slope = (of(row.with(column, x + 1e-5)) - of(row.with(column, x - 1e-5))) / 2e-5;
          const error = Math.abs((gradient[at * 20 + column] as number) - slope);
          expect(error, `row ${at}, column ${column}: ${slope}`).toBeLessThan(2e-4 * (1 + Math.abs(slope)));
        });
      });
    }
  });

  it("passes gradients to targets too", async () => {
    await checkGradient((p, t) => loss.emit(t, p), [tensor(rows(2, 13)), tensor(rows(2, 3, 5))], {
      float32: true,
    });
  });

  it("agrees with double precision where correlations are near 1 and deviations small", async () => {
    const make = (r: number, s: number) => [0.5, 0, 0, 0, s, s, r];
    const cases = [make(4, -3), make(-4, -3), make(4.9, -6), make(0, -6.9), make(4.9, 6)];
    const target = [0.001, 0.00101, 1];
    const losses = await lossesOf(tensor(cases), tensor(cases.map(() => target)));
    cases.forEach((row, at) => {
      const expected = byHand(row, target, 1);
      expect(Math.abs((losses[at] as number) - expected)).toBeLessThan(2e-3 * (1 + Math.abs(expected)));
    });
  });

  it.each([
    ["correlations of 1", (row: number[]) => row.map((x, at) => (at > 15 ? 1e30 : x)), [1, -1, 1]],
    ["tiny deviations", (row: number[]) => row.map((x, at) => (at > 9 && at < 16 ? -1e30 : x)), [1, -1, 1]],
    ["huge deviations", (row: number[]) => row.map((x, at) => (at > 9 && at < 16 ? 1e30 : x)), [1, -1, 0]],
    ["far points", (row: number[]) => row, [3e38, -3e38, 0]],
    [
      "far points, tiny deviations and correlations of −1",
      (row: number[]) => row.map((x, at) => (at > 15 ? -1e30 : at > 9 ? -1e30 : x)),
      [3e38, 3e38, 1],
    ],
    ["one share alone", (row: number[]) => row.map((x, at) => (at === 1 ? 1e30 : x)), [0, 0, 1]],
    ["a certain pen that errs", (row: number[]) => row.with(0, -1e30), [0, 0, 1]],
  ])("is finite, and its gradient too: %s", async (_, change, point) => {
    const prediction = tensor([change(rows(1, 19)[0] as number[])]);
    const target = tensor([point]);
    const build = (p: Value): Value => loss.emit(p.graph.constant(target), p);
    const value = toNumbers(await evaluateOne(build, prediction))[0];
    expect(value).not.toBeNaN();
    expect(Number.isFinite(value)).toBe(true);
    const gradient = Array.from(
      toNumbers(await evaluateOne(gradientBuild(build) as typeof build, prediction)),
    );
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  it("takes weights and masks of points", async () => {
    const random = new Generator(3);
    const prediction = new Tensor("float32", [2, 3, 13], random.normals(78));
    const target = new Tensor("float32", [2, 3, 3], random.normals(18));
    const weight = tensor([
      [1, 2, 0],
      [0.5, 0, 0],
    ]);
    const each = await lossesOf(prediction, target);
    const sum = each.reduce((total, one, at) => total + one * (weight.data[at] as number), 0);
    const build = (p: Value): Value =>
      emitLoss(loss, p.graph.constant(target), p, { weight: p.graph.constant(weight) });
    expect(toNumbers(await evaluateOne(build, prediction))[0]).toBeCloseTo(sum / 6, 5);
  });

  it("refuses what is no density and no point", async () => {
    const on = (prediction: readonly number[], target: readonly number[]) =>
      evaluateOne((p) => loss.emit(p.graph.constant(Tensor.zeros(target)), p), Tensor.zeros(prediction));
    await expect(on([2, 3, 9], [2, 3, 3])).rejects.toThrow(
      "mixtureDensityLoss: expected a prediction of 6 numbers for each component and 1 or 2 more, as the layer mixtureDensity gives it, received [2, 3, 9].",
    );
    await expect(on([2, 1], [2, 3])).rejects.toThrow("received [2, 1]");
    await expect(on([2, 3, 7], [2, 3, 2])).rejects.toThrow(
      "mixtureDensityLoss: expected a target of shape [2, 3, 3] (dx, dy, pen lifted) or [2, 3, 4] (and end) for a prediction of shape [2, 3, 7], received [2, 3, 2].",
    );
    await expect(on([2, 3, 7], [2, 4, 3])).rejects.toThrow("received [2, 4, 3]");
    expect(() => mixtureDensityLoss({ reduktion: "sum" } as never)).toThrow(
      'mixtureDensityLoss: unknown option "reduktion". Did you mean "reduction"?',
    );
  });
});

describe("a model with it", () => {
  const make = () => {
    const x = input({ shape: [null, 3] });
    const net = model({
      inputs: x,
      outputs: mixtureDensity({ components: 2, ends: true })(x),
      runtime: testRuntime(),
    });
    net.compile({ loss: "mixtureDensityLoss", optimizer: "sgd" });
    return net;
  };

  it("takes targets of three and four numbers, by its name", async () => {
    const net = make();
    const x = Tensor.zeros([2, 5, 3]);
    for (const size of [3, 4]) {
      const { loss: one } = await net.evaluate(x, Tensor.zeros([2, 5, size]) as never);
      expect(one).toBeGreaterThan(0);
    }
  });

  it("says which targets it wants", async () => {
    const x = Tensor.zeros([2, 5, 3]);
    await expect(make().evaluate(x, Tensor.zeros([2, 5, 14]) as never)).rejects.toThrow(
      /expected a target of shape \[\?, \?, 3\] or \[\?, \?, 4\] for mixtureDensityLoss, received \[2, 5, 14\]/,
    );
  });
});
