import { describe, expect, it } from "vitest";
import { Graph } from "../../engine/graph/graph.js";
import { evaluate } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { adam } from "./adam.js";
import { adamW } from "./adamW.js";
import { applyUpdates } from "./applyUpdates.js";
import { clipGradients } from "./clipGradients.js";
import type { Clipping } from "./optimizer.js";
import { optimizer } from "./resolve.js";
import { sgd } from "./sgd.js";

async function clipped(clipping: Clipping, ...gradients: number[][]) {
  return evaluate((...values) => clipGradients(values, clipping), ...gradients);
}

describe("clipGradients", () => {
  it("clipNorm shortens each gradient by itself", async () => {
    const [a, b] = await clipped({ clipNorm: 1 }, [3, 4], [0.3, 0.4]);
    expectClose(a as never, [0.6, 0.8]);
    expectClose(b as never, [0.3, 0.4]);
  });

  it("globalClipNorm shortens all by one factor", async () => {
    const [a, b] = await clipped({ globalClipNorm: 1 }, [3, 4], [12]);
    expectClose(a as never, [3 / 13, 4 / 13]);
    expectClose(b as never, [12 / 13]);
    const [one] = await clipped({ globalClipNorm: 10 }, [3, 4]);
    expectClose(one as never, [3, 4]);
  });

  it("clipValue bounds each element, and nothing leaves all", async () => {
    expectClose((await clipped({ clipValue: 0.5 }, [-3, 0.2]))[0] as never, [-0.5, 0.2]);
    expectClose((await clipped({}, [-3, 0.2]))[0] as never, [-3, 0.2]);
  });

  it("leaves zeros and lets an infinite gradient be seen", async () => {
    expectClose((await clipped({ clipNorm: 1 }, [0, 0]))[0] as never, [0, 0]);
    expectClose((await clipped({ globalClipNorm: 1 }, [0, 0]))[0] as never, [0, 0]);
    const [, other] = await clipped({ globalClipNorm: 1 }, [Number.POSITIVE_INFINITY], [1]);
    expectClose(other as never, [Number.NaN]);
  });

  it("refuses two limits and limits of 0", () => {
    const graph = new Graph();
    const gradient = graph.input("g", { dtype: "float32", shape: [2] });
    expect(() => clipGradients([gradient], { clipNorm: 1, clipValue: 2 })).toThrow(
      'clipGradients: "clipNorm" and "clipValue" are both given; gradients are clipped in one way only.',
    );
    expect(() => clipGradients([gradient], { clipNorm: 0 })).toThrow(
      "clipGradients: clipNorm must be above 0, received 0.",
    );
  });
});

describe("optimisers", () => {
  it("refuse two limits, unknown options and rates that are none", () => {
    expect(() => adam({ clipNorm: 1, globalClipNorm: 1 })).toThrow(
      'adam: "clipNorm" and "globalClipNorm" are both given; gradients are clipped in one way only.',
    );
    expect(() => sgd({ learningrate: 1 } as never)).toThrow(
      /^sgd: unknown option "learningrate"\. Did you mean "learningRate"\?/,
    );
    expect(() => sgd({ learningRate: -1 })).toThrow(
      "sgd: learningRate must be a number from 0, received -1.",
    );
    expect(() => sgd({ learningRate: { name: "exponental", config: {} } })).toThrow(
      /^sgd: learningRate: unknown schedule "exponental"\. /,
    );
  });

  it("save all their options", () => {
    expect(adamW().config).toEqual({
      learningRate: 0.001,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
      amsgrad: false,
      weightDecay: 0.004,
    });
    const schedule = {
      name: "exponentialDecay",
      config: { initialLearningRate: 1, decaySteps: 2, decayRate: 0.5 },
    };
    const made = optimizer({ name: "sgd", config: { learningRate: schedule } });
    expect(made.config.learningRate).toEqual({
      name: "exponentialDecay",
      config: { ...schedule.config, staircase: false },
    });
    expect(typeof made.learningRate === "object" && made.learningRate.at(2)).toBe(0.5);
  });

  it("need a gradient for each weight", () => {
    const graph = new Graph();
    const weight = graph.input("w", { dtype: "float32", shape: [2] });
    expect(() =>
      applyUpdates({
        optimizer: sgd(),
        weights: [weight],
        gradients: [],
        slots: [{}],
        learningRate: graph.scalar(1, "float32"),
        factors: {},
      }),
    ).toThrow("applyUpdates: expected a gradient and slots for each of 1 weights, received 0 and 1.");
  });

  it.each([
    ["sgd", 2],
    ["rmsprop", 9],
    ["adam", 12],
    ["adamW", 13],
    ["adagrad", 7],
    ["nadam", 14],
    ["lion", 8],
  ] as const)("%s passes over a weight %i times", (name, passes) => {
    const graph = new Graph();
    const made = optimizer(name);
    const weight = graph.input("w", { dtype: "float32", shape: [5] });
    const slots = Object.fromEntries(
      made
        .slots([5])
        .map((slot) => [slot.name, graph.input(slot.name, { dtype: "float32", shape: slot.shape })]),
    );
    applyUpdates({
      optimizer: made,
      weights: [weight],
      gradients: [graph.input("g", { dtype: "float32", shape: [5] })],
      slots: [slots],
      learningRate: graph.input("rate", { dtype: "float32", shape: [] }),
      factors: Object.fromEntries(
        Object.keys(made.factors ?? {}).map((one) => [
          one,
          graph.input(one, { dtype: "float32", shape: [] }),
        ]),
      ),
    });
    expect(graph.nodes.filter(({ outputs }) => outputs[0]?.rank === 1)).toHaveLength(passes);
  });
});
