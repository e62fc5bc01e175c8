import { describe, expect, it } from "vitest";
import { Graph } from "../../engine/graph/graph.js";
import * as makers from "./all.js";
import { applyUpdates } from "./applyUpdates.js";
import { biasCorrection } from "./biasCorrection.js";
import { optimizer } from "./resolve.js";

/** As a step keeps them, in float32. */
const [beta1, beta2] = [Math.fround(0.9), Math.fround(0.999)];

describe("biasCorrection", () => {
  it.each([
    [0.999, 1, 1 - beta2],
    [0.999, 2, 1 - beta2 ** 2],
    [1 - 2 ** -30, 2, 2 ** -29 - 2 ** -60],
    [0.9, 1, 1 - beta1],
    [0, 1, 1],
    [0.9, 1e6, 1],
  ])("1 - %d^%d", (keep, step, expected) => {
    expect(Math.abs(biasCorrection(keep, step) / expected - 1)).toBeLessThan(1e-12);
  });
});

describe("factors", () => {
  it("of Adam are those of its paper", () => {
    const at = (step: number) => makers.adam().factors?.correction?.(step) ?? Number.NaN;
    for (const step of [1, 2, 10, 1000, 1e7]) {
      expect(at(step)).toBeCloseTo(Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step), 9);
    }
  });

  it("stay finite at any step", () => {
    for (const name of Object.keys(makers)) {
      for (const at of Object.values(optimizer(name as "adam").factors ?? {})) {
        for (const step of [1, 2, 100, 1e4, 1e6, 1e9]) {
          const value = at(step);
          expect(value, `${name} at ${step}`).toBeGreaterThan(0);
          expect(value).toBeLessThan(1e3);
        }
      }
    }
  });
});

describe("no optimiser puts float64 into a step, which would keep it from running on a graphics card", () => {
  it.each(Object.keys(makers))("%s", (name) => {
    const made = optimizer(name as "adam");
    const graph = new Graph();
    const scalar = (one: string) => graph.input(one, { dtype: "float32", shape: [] });
    const slots = made
      .slots([3])
      .map((slot) => [slot.name, graph.input(slot.name, { dtype: "float32", shape: slot.shape })]);
    applyUpdates({
      optimizer: made,
      weights: [graph.input("w", { dtype: "float32", shape: [3] })],
      gradients: [graph.input("g", { dtype: "float32", shape: [3] })],
      slots: [Object.fromEntries(slots)],
      learningRate: scalar("rate"),
      factors: Object.fromEntries(Object.keys(made.factors ?? {}).map((one) => [one, scalar(one)])),
    });
    const types = graph.nodes.flatMap(({ inputs, outputs }) =>
      [...inputs, ...outputs].map((value) => value?.dtype),
    );
    expect(types).not.toContain("float64");
    expect(types.length).toBeGreaterThan(0);
  });
});
