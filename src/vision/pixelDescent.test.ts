import { describe, expect, it } from "vitest";
import type { Graph, Value } from "../engine/graph/graph.js";
import { mul } from "../engine/ops/mul.js";
import { reduceSum } from "../engine/ops/reduceSum.js";
import { sub } from "../engine/ops/sub.js";
import { Tensor } from "../engine/tensor/tensor.js";
import { testRuntime } from "../engine/testing/evaluate.js";
import { type DescentProblem, PixelDescent } from "./pixelDescent.js";

const runtime = testRuntime();
const target = Tensor.full([2, 3], 40);

/** The squared distance from a target that is fed. */
const problem: DescentProblem = {
  shape: [2, 3],
  epsilon: 1e-10,
  emit: (graph: Graph, values: Value) => {
    const wanted = graph.input("wanted", { dtype: "float32", shape: [2, 3] });
    const difference = sub(values, wanted);
    const loss = reduceSum(mul(difference, difference));
    return { loss, reports: { loss } };
  },
};

const lossOf = (reports: Readonly<Record<string, Tensor>>): number => (reports.loss as Tensor).item();

describe("PixelDescent", () => {
  it("goes downhill, by about the rate at each step", async () => {
    const descent = await PixelDescent.open(problem, runtime);
    descent.restart(Tensor.full([2, 3], 10));
    expect(lossOf(await descent.step(2, { wanted: target }))).toBe(6 * 30 * 30);
    for (const value of descent.values.data) expect(value).toBeCloseTo(12, 4);
    for (let step = 1; step < 60; step++) await descent.step(2, { wanted: target });
    expect(lossOf(await descent.evaluate({ wanted: target }))).toBeLessThan(6 * 5 * 5);
    expect(descent.steps).toBe(60);
    await descent.dispose();
  });

  it("reports without a step, and begins again with nothing remembered", async () => {
    const descent = await PixelDescent.open(problem, runtime);
    const start = Tensor.full([2, 3], 10);
    const run = async (): Promise<number[]> => {
      descent.restart(start);
      for (let step = 0; step < 3; step++) await descent.step(2, { wanted: target });
      return [...descent.values.data];
    };
    const first = await run();
    await descent.evaluate({ wanted: start });
    expect([...descent.values.data]).toEqual(first);
    expect(await run()).toEqual(first);
    expect([...start.data]).toEqual([10, 10, 10, 10, 10, 10]);
    await descent.dispose();
  });

  it("knows that there was no slope", async () => {
    const descent = await PixelDescent.open(problem, runtime);
    descent.restart(target);
    await descent.step(2, { wanted: target });
    expect(descent.isAtRest).toBe(true);
    expect([...descent.values.data]).toEqual([...target.data]);
    await descent.step(2, { wanted: Tensor.full([2, 3], 41) });
    expect(descent.isAtRest).toBe(false);
    await descent.dispose();
  });

  it("keeps values within their limits", async () => {
    const descent = await PixelDescent.open({ ...problem, within: [0, 11] }, runtime);
    descent.restart(Tensor.full([2, 3], 10));
    await descent.step(2, { wanted: target });
    expect([...descent.values.data]).toEqual([11, 11, 11, 11, 11, 11]);
    await descent.dispose();
  });
});
