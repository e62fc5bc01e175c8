import { describe, expect, it } from "vitest";
import { gradients } from "../../../engine/autodiff/gradients.js";
import { Graph, type Value } from "../../../engine/graph/graph.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { testRuntime } from "../../../engine/testing/evaluate.js";
import { type LossSpec, loss as resolve } from "../../../nn/losses/resolve.js";
import { scalarLoss } from "./scalarLosses.js";

const targets = [0, 1, 1, 0.3, 2, 0];
const predictions = [0.2, 0.7, 0.999, 0.4, 0.5, 3];
const labels = [0, 1, 1, 0, 1, 0];
const shares = [0.2, 0.7, 0.999, 0.4, 0.5, 0.1];

/** Value and slope of each row by the network's own graph. */
async function graphOf(spec: LossSpec, y: number[][], p: number[][]) {
  const graph = new Graph();
  const shape = [y.length, (y[0] as number[]).length];
  const target = graph.input("y", { dtype: "float32", shape });
  const prediction = graph.input("p", { dtype: "float32", shape });
  const each = resolve(spec).emit(target, prediction);
  graph.output("value", each);
  graph.output("slope", gradients(reduceSum(each), [prediction])[0] as Value);
  const program = await testRuntime().compile(graph);
  const run = await program.run({ y: tensor(y), p: tensor(p) });
  return { value: toNumbers(run.value as never), slope: toNumbers(run.slope as never) };
}

describe("losses of networks as numbers", () => {
  it.each([
    ["mse", targets, predictions],
    ["mae", targets, predictions],
    [{ name: "huber", config: { delta: 0.4 } }, targets, predictions],
    ["logCosh", targets, predictions],
    ["poisson", targets, predictions],
    ["mape", [1, 2, 0.5, 3], [1.5, 1, 0.7, 2]],
    ["binaryCrossentropy", labels, shares],
  ] as const)("%j", async (spec, y, p) => {
    const column = (values: readonly number[]): number[][] => values.map((value) => [value]);
    const wanted = await graphOf(spec as LossSpec, column(y), column(p));
    const { value, slope, curvature } = scalarLoss(resolve(spec as LossSpec), 1) ?? {};
    p.forEach((prediction, row) => {
      const target = y[row] as number;
      expect(value?.(target, prediction)).toBeCloseTo(wanted.value[row] as number, 4);
      const scale = 1 + Math.abs(wanted.slope[row] as number);
      expect((slope?.(target, prediction) ?? 0) / scale).toBeCloseTo(
        (wanted.slope[row] as number) / scale,
        4,
      );
      if (curvature === undefined || Math.abs(Math.abs(prediction - target) - 0.4) < 1e-3) return;
      const step = 1e-5;
      const rise = (slope?.(target, prediction + step) ?? 0) - (slope?.(target, prediction - step) ?? 0);
      const curved = curvature(target, prediction);
      expect(rise / (2 * step) / (1 + curved)).toBeCloseTo(curved / (1 + curved), 4);
    });
  });

  it.each(["mse", "categoricalCrossentropy"] as const)("%s of several columns", async (spec) => {
    const y = [
      [1, 0, 0],
      [0, 0, 1],
    ];
    const p = [
      [0.7, 0.2, 0.1],
      [0.3, 0.5, 0.2],
    ];
    const wanted = await graphOf(spec, y, p);
    const { value } = scalarLoss(resolve(spec), 3) ?? {};
    p.forEach((row, index) => {
      const sum = row.reduce((all, q, k) => all + (value?.(y[index]?.[k] as number, q) ?? 0), 0);
      expect(sum).toBeCloseTo(wanted.value[index] as number, 5);
    });
  });

  it.each([
    ["hinge", 1],
    ["cosineSimilarity", 3],
    ["categoricalCrossentropy", 1],
    [{ name: "binaryCrossentropy", config: { fromLogits: true } }, 1],
    [{ name: "categoricalCrossentropy", config: { labelSmoothing: 0.1 } }, 3],
  ] as const)("not %j of %i columns", (spec, classes) => {
    expect(scalarLoss(resolve(spec as LossSpec), classes)).toBeUndefined();
  });
});
