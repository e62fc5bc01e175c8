import { describe, expect, it } from "vitest";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { softmax } from "../layers/activation/softmax.js";
import { input } from "../layers/core/input.js";
import { model } from "../models/model.js";
import { categoricalCrossentropy } from "./categoricalCrossentropy.js";
import { categoricalFocalCrossentropy } from "./categoricalFocalCrossentropy.js";
import { sparseCategoricalCrossentropy } from "./sparseCategoricalCrossentropy.js";

/** Two classes along the second axis, at three positions. */
const x = input({ shape: [2, 3] });
const net = model({ inputs: x, outputs: softmax({ axis: 1 })(x), runtime: testRuntime() });
const zeros = [
  [
    [0, 0, 0],
    [0, 0, 0],
  ],
];
const scores = [
  [
    [2, 0, 2],
    [0, 2, 0],
  ],
];
const oneHot = [
  [
    [1, 0, 1],
    [0, 1, 0],
  ],
];

describe("classes along an axis that is not the last", () => {
  it("are smoothed by their own number", async () => {
    for (const loss of [categoricalCrossentropy, categoricalFocalCrossentropy]) {
      net.compile({ loss: loss({ axis: 1, labelSmoothing: 0.3 }) });
      const smoothed = (await net.evaluate(zeros, oneHot)).loss as number;
      net.compile({ loss: loss({ axis: 1 }) });
      // Targets that add up to 1, of which each class has the same chance.
      expect(smoothed).toBeCloseTo((await net.evaluate(zeros, oneHot)).loss as number, 5);
    }
  });

  it("have labels at the other positions, and an accuracy", async () => {
    const loss = sparseCategoricalCrossentropy({ axis: 1 });
    net.compile({ loss, metrics: ["accuracy"] });
    // Keras 3.15.
    expect((await net.evaluate(zeros, [[0, 1, 0]])).loss).toBeCloseTo(Math.LN2, 5);
    expect((await net.evaluate(zeros, [[[0, 1, 0]]])).loss).toBeCloseTo(Math.LN2, 5);
    expect((await net.evaluate(scores, [[0, 1, 1]])).accuracy).toBeCloseTo(2 / 3, 6);
    await expect(net.evaluate(zeros, [[0, 1]])).rejects.toThrow("expected labels of shape [?, 3]");
    await expect(net.evaluate(zeros, [[0, 1, 2]])).rejects.toThrow(
      "label 2 (element 2) is none of the classes 0 to 1",
    );
    net.compile({ loss: categoricalCrossentropy({ axis: 1 }), metrics: ["accuracy"] });
    expect(
      (
        await net.evaluate(scores, [
          [
            [1, 0, 0],
            [0, 1, 1],
          ],
        ])
      ).accuracy,
    ).toBeCloseTo(2 / 3, 6);
    const weighed = await net.fit(zeros, oneHot, { classWeight: { 1: 4 } });
    expect(weighed.history.loss?.[0]).toBeCloseTo(2 * Math.LN2, 5);
  });
});
