import { describe, expect, it } from "vitest";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { meanSquaredError } from "../losses/meanSquaredError.js";
import { model } from "./model.js";

const x = input({ shape: [1] });
const out = dense({ units: 1, kernelInitializer: "identity", useBias: false, name: "y" })(x);
const net = model({ inputs: x, outputs: out, runtime: testRuntime() });
const source = () => [
  [[[0]], [1]],
  [[[0]], [3]],
];

describe("a model refuses", () => {
  it.each([
    [undefined, { sampleWeight: [1, 0] }, '"sampleWeight"'],
    [{ batchSize: 8 }, undefined, '"batchSize"'],
    [[1, 2], undefined, "targets or options"],
  ])("what a source cannot follow: %#", async (y, options, what) => {
    net.compile({ loss: "mae" });
    await expect(net.evaluate(source as never, y as never, options as never)).rejects.toThrow(
      `evaluate: ${what} serve data in memory; a source makes its batches`,
    );
    expect(await net.evaluate(source as never)).toEqual({ loss: 2 });
  });

  it("a loss of a number for each sample", () => {
    expect(() => net.compile({ loss: meanSquaredError({ reduction: "none" }) })).toThrow(
      'compile: loss: "meanSquaredError" of output "y" has the reduction "none", and training needs one number. Leave the reduction out',
    );
  });
});
