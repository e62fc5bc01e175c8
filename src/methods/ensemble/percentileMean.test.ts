import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gradients } from "../../engine/autodiff/gradients.js";
import type { Value } from "../../engine/graph/graph.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { Generator } from "../../engine/random/generator.js";
import { type Tensor, tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { loadModel } from "../../nn/files/loadModel.js";
import { saveModel } from "../../nn/files/saveModel.js";
import { dense } from "../../nn/layers/core/dense.js";
import { input } from "../../nn/layers/core/input.js";
import { exportOnnx } from "../../nn/models/exportOnnx.js";
import { type Model, model } from "../../nn/models/model.js";
import { OnnxModel } from "../../nn/models/onnxModel.js";
import { inferenceGraph } from "../../nn/network/inferenceGraph.js";
import { ensemble } from "./ensemble.js";
import type { HeldOutScores } from "./heldOutScores.js";
import { distributionOf } from "./percentiles.js";

/** The share of scores below, and half of those equal to it. */
const share = (scores: ArrayLike<number>, at: number): number =>
  Array.from(scores).reduce((sum, score) => sum + (score < at ? 1 : score === at ? 0.5 : 0), 0) /
  scores.length;

/** Between points in straight lines. */
function at({ x, y }: { x: readonly number[]; y: readonly number[] }, value: number): number {
  const after = x.findIndex((place) => place >= value);
  if (after < 0) return y.at(-1) as number;
  if (after === 0 || x[after] === value) return y[after] as number;
  const [from, to] = [x[after - 1] as number, x[after] as number];
  const [low, high] = [y[after - 1] as number, y[after] as number];
  return low + ((value - from) / (to - from)) * (high - low);
}

describe("the distribution of scores", () => {
  const between = (values: Float64Array): number[] => {
    const sorted = [...new Set(values)].sort((a, b) => a - b);
    return sorted.slice(1).map((value, i) => (value + (sorted[i] as number)) / 2);
  };

  it("has at each score the share below it and half of the ties, and jumps where scores are tied", () => {
    const scores = Float64Array.from({ length: 100 }, (_, i) => (i < 90 ? 1 : 2));
    const points = distributionOf(scores);
    expect([0.5, 1, 1.5, 2, 3].map((value) => at(points, value))).toEqual([0, 0.45, 0.9, 0.95, 1]);
    const few = Float64Array.of(3, 1, 1, 2);
    for (const value of [0, 1, 2, 3]) expect(at(distributionOf(few), value)).toBe(share(few, value));
  });

  it("keeps at most 256 points of many scores, and no share is off by more than a hundredth", () => {
    const random = new Generator(3);
    for (const tied of [0, 1000, 2900]) {
      const scores = Float64Array.from({ length: 3000 }, () => random.normal() ** 3);
      for (let i = 0; i < tied; i++) scores[i] = [0.25, -2, 0][i % 3] as number;
      const points = distributionOf(scores);
      expect(points.x.length).toBeLessThanOrEqual(256);
      expect(points.x.length).toBeGreaterThan(60);
      for (const value of [...scores, ...between(scores), -1e9, 1e9]) {
        expect(Math.abs(at(points, value) - share(scores, value))).toBeLessThan(0.01);
      }
    }
  });
});

/** A scorer of two columns, by given weights. */
function scorer(kernel: number[][], activation: "linear" | "sigmoid" | "softmax", name = "y"): Model {
  const x = input({ shape: [2], name: "x" });
  const y = dense({ units: (kernel[0] as number[]).length, activation, useBias: false })(x);
  const made = model({ inputs: { x }, outputs: { [name]: y }, runtime: testRuntime() });
  const { variable } = made.variables[0] as Model["variables"][number];
  variable.value = tensor(kernel);
  return made;
}

const rows = [
  [0, 0],
  [1, 2],
  [2, 1],
  [3, 5],
  [4, 3],
];
const data = tensor([
  [2, 1],
  [2.5, 0],
  [9, 4],
]);
const out = async (net: Model, x: Tensor = data): Promise<Tensor> =>
  ((await net.predict({ x })) as Record<string, Tensor>).y as Tensor;

describe("the mean of percentiles", () => {
  const members = [scorer([[1], [0]], "linear"), scorer([[0], [100]], "linear")];
  const heldOut = [rows.map(([a = 0]) => a), tensor(rows.map(([, b = 0]) => [100 * b]))];

  it("ranks each score among its member's own", async () => {
    const whole = ensemble(members, { combine: "percentileMean", heldOut });
    // First scores 0 to 4 in fifths from 0.1; second 0, 100, 200, 300, 500.
    expectClose(await out(whole), [[(0.5 + 0.3) / 2], [(0.6 + 0.1) / 2], [(0.9 + 0.8) / 2]]);
    const weighted = ensemble(members, { combine: "percentileMean", heldOut, weights: [3, 1] });
    expectClose(await out(weighted), [[(1.5 + 0.3) / 4], [(1.8 + 0.1) / 4], [(2.7 + 0.8) / 4]]);
  });

  it("takes what predict gives, of several outputs by name", async () => {
    const given = await Promise.all(members.map((member) => member.predict({ x: tensor(rows) })));
    const whole = ensemble(members, { combine: "percentileMean", heldOut: given as HeldOutScores[] });
    expectClose(await out(whole), await out(ensemble(members, { combine: "percentileMean", heldOut })));
  });

  it("is saved, loaded and exported, and has the slopes of its lines for gradients", async () => {
    const whole = ensemble(members, { combine: "percentileMean", heldOut });
    const folder = await mkdtemp(join(tmpdir(), "imago-"));
    try {
      await saveModel(whole, folder);
      const { model: again } = await loadModel(folder, { runtime: testRuntime() });
      expectClose(await out(again), await out(whole));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const file = new OnnxModel(exportOnnx(whole), { name: "whole.onnx" });
    const single = ensemble([file, file]);
    expectClose(await out(single), await out(whole));
    const graph = inferenceGraph(whole, { x: [3, 2] });
    const x = graph.inputs[0] as Value;
    graph.output("slope", gradients(reduceSum(graph.outputs[0]?.value as Value), [x])[0] as Value);
    const program = await testRuntime().compile(graph);
    const { slope } = await program.run({
      x: tensor([
        [1.9, 1.5],
        [2.5, -1],
        [9, 4],
      ]),
    });
    // A fifth for each 1 of the first; a fifth for each 1 or half a fifth for each 1 of the second.
    expectClose(slope as Tensor, [
      [0.1, 0.1],
      [0.1, 0],
      [0, 0.05],
    ]);
  });

  it("is of two classes a probability's, of more refused unless each is ranked by itself", async () => {
    const kernel = [
      [0.3, -0.2],
      [-0.1, 0.4],
    ];
    const pair = [scorer(kernel, "softmax"), scorer(kernel.toReversed(), "softmax")];
    const scores = await Promise.all(pair.map((one) => out(one, tensor(rows))));
    const both = (await out(ensemble(pair, { combine: "percentileMean", heldOut: scores }))).toArray();
    for (const [a = 0, b = 0] of both as number[][]) expect(a + b).toBeCloseTo(1, 6);
    const wide = [1, 2].map((scale) =>
      scorer(
        [
          [scale, 0, 1],
          [0, 1, 2],
        ],
        "softmax",
      ),
    );
    const three = await Promise.all(wide.map((one) => out(one, tensor(rows))));
    const call = (of?: "values") => ensemble(wide, { combine: "percentileMean", heldOut: three, of });
    expect(call).toThrow(
      'ensemble: the output "y" has 3 classes, which percentiles do not compare with each other. ' +
        'Take "mean" or "geometricMean"; or say of: "values", and each class is ranked by itself.',
    );
    expect((await out(call("values"))).shape).toEqual([3, 3]);
  });

  it.each([
    [
      {},
      "ensemble: percentileMean needs heldOut, one entry for each of 2 models; there is none. Give what each model " +
        "predicts for rows that it had not learnt from.",
    ],
    [{ heldOut: [[1, 2]] }, "one entry for each of 2 models; there is 1."],
    [
      { heldOut: [[1, 2], tensor([[1, 2, 3]])] },
      'ensemble: heldOut[1]: expected 1 columns, as "y" has, received [1, 3].',
    ],
    [
      {
        heldOut: [
          [1, 2],
          [1, Number.NaN],
        ],
      },
      "ensemble: heldOut[1]: row 1 of column 0 is NaN; expected finite numbers.",
    ],
    [{ heldOut: [[1, 2], [1]] }, "ensemble: heldOut[1]: expected two rows or more, received [1]."],
    [{ heldOut, temperature: 2 }, "ensemble: means of percentiles are no probabilities"],
    [
      { heldOut, combine: "mean" as const },
      'ensemble: heldOut is for combine: "percentileMean", received "mean".',
    ],
    [{ heldOut: 3 as never }, "ensemble: heldOut must be an array with each member's predictions"],
  ])("refuses %#", (options, message) => {
    expect(() => ensemble(members, { combine: "percentileMean", ...options })).toThrow(message);
  });
});
