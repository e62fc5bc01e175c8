import { describe, expect, it } from "vitest";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { sparseCategoricalCrossentropy } from "../losses/sparseCategoricalCrossentropy.js";
import { model } from "../models/model.js";

const x = input({ shape: [3] });
const out = dense({ units: 3, kernelInitializer: "identity", useBias: false })(x);
const net = model({ inputs: x, outputs: out, runtime: testRuntime() });
const rows = [
  [0.7, 0.2, 0.1],
  [0.1, 0.2, 0.7],
  [0.7, 0.2, 0.1],
];
const names = [
  "perplexity",
  "bitsPerCharacter",
  "accuracy",
  "sparseCategoricalAccuracy",
  "sparseTopKCategoricalAccuracy",
  "crossentropy",
  "sparseCategoricalCrossentropy",
];

describe("labels that the loss ignores", () => {
  // As if they were not there; Keras counts them as wrong in accuracy.
  it.each([-1, 255, 7])("count in no metric: %d", async (ignored) => {
    net.compile({
      loss: "sparseCategoricalCrossentropy",
      metrics: names as never,
      weightedMetrics: ["accuracy"],
    });
    const weights = [1, 3];
    const without = await net.evaluate(rows.slice(0, 2), [0, 1], { sampleWeight: weights });
    net.compile({
      loss: sparseCategoricalCrossentropy({ ignoreClass: ignored }),
      ...{ metrics: names as never, weightedMetrics: ["accuracy"] },
    });
    const logs = await net.evaluate(rows, [0, 1, ignored], { sampleWeight: [...weights, 5] });
    for (const [name, value] of Object.entries(without)) {
      if (name !== "loss") expect(logs[name], name).toBeCloseTo(value, 6);
    }
    expect(Object.keys(logs)).toEqual(Object.keys(without));
  });

  it("may be all there are", async () => {
    net.compile({ loss: sparseCategoricalCrossentropy({ ignoreClass: -1 }), metrics: ["accuracy"] });
    expect(await net.evaluate(rows, [-1, -1, -1])).toEqual({ loss: 0, accuracy: 0 });
  });
});
