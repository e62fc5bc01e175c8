import { describe, expect, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import { toNumbers } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { batchNormalization } from "../layers/normalization/batchNormalization.js";
import { type Model, model } from "../models/model.js";
import { averageWeights } from "./averageWeights.js";
import { lambdaCallback } from "./lambdaCallback.js";
import { line, runFit } from "./testing/runFit.js";

const weightOf = (net: Model): number => net.getLayer("dense").getWeights()[0]?.item() as number;

/** The weight of the line after each batch, without averages. */
async function path(epochs: number): Promise<number[]> {
  const weights: number[] = [];
  const net = line();
  const note = lambdaCallback({ onBatchEnd: () => void weights.push(weightOf(net)) });
  await runFit({ net, epochs, callbacks: [note] });
  return weights;
}

describe("averageWeights", () => {
  it("ema follows its formula, and ends in the model", async () => {
    const weights = await path(3);
    let average = weights[0] as number;
    weights.forEach((weight, t) => {
      const kept = Math.min(0.4, (1 + t) / (10 + t));
      average = kept * average + (1 - kept) * weight;
    });
    const { net } = await runFit({ epochs: 3, callbacks: [averageWeights({ decay: 0.4 })] });
    expect(weightOf(net)).toBeCloseTo(average, 6);
  });

  it("swa is the mean of the last quarter's epochs, or of those from a given one", async () => {
    const ends = (await path(8)).filter((_, batch) => batch % 2 === 1);
    const meanFrom = (epoch: number): number =>
      ends.slice(epoch).reduce((sum, weight) => sum + weight, 0) / (8 - epoch);
    const { net } = await runFit({ epochs: 8, callbacks: [averageWeights({ kind: "swa" })] });
    expect(weightOf(net)).toBeCloseTo(meanFrom(6), 6);
    const early = averageWeights({ kind: "swa", startFromEpoch: 2 });
    expect(weightOf((await runFit({ epochs: 8, callbacks: [early] })).net)).toBeCloseTo(meanFrom(2), 6);
  });

  it("leaves the weights where no epoch was averaged", async () => {
    const { net } = await runFit({ epochs: 2, callbacks: [averageWeights({ startFromEpoch: 5 })] });
    expect(weightOf(net)).toBe((await path(2)).at(-1));
  });

  it("goes on where it was saved", async () => {
    const whole = await runFit({ epochs: 4, callbacks: [averageWeights()] });
    const callback = averageWeights();
    const raw: number[] = [];
    const net = line();
    const note = lambdaCallback({ onEpochEnd: () => void raw.push(weightOf(net)) });
    const { history } = await runFit({ net, epochs: 2, callbacks: [callback, note] });
    // As a checkpoint has it: the weights of the run, and the average in the callback's state.
    net.getLayer("dense").setWeights([[[raw[1] as number]]]);
    await runFit({ net, epochs: 4, resume: history.position, callbacks: [averageWeights()] });
    expect(weightOf(net)).toBe(weightOf(whole.net));
  });

  it("finds for swa the statistics of batch normalisation anew", async () => {
    const random = new Generator(2);
    const x = Array.from({ length: 64 }, () => [3 + 2 * random.normal(), 100 + random.normal()]);
    const y = x.map(([a = 0]) => [a]);
    const at = input({ shape: [2] });
    const norm = batchNormalization({ name: "norm" });
    const net = model({ inputs: at, outputs: dense({ units: 1 })(norm(at)), runtime: testRuntime() });
    net.compile({ optimizer: { name: "sgd", config: { learningRate: 0.01, momentum: 0.9 } }, loss: "mse" });
    const before: number[] = [];
    const note = lambdaCallback({
      onTrainEnd: ({ trainer }) => void before.push(trainer.state.step),
    });
    const callbacks = [averageWeights({ kind: "swa" }), note];
    await net.fit(x as never, y as never, { batchSize: 16, epochs: 4, callbacks });
    const [, , means, variances] = norm.layer.getWeights().map((value) => Array.from(toNumbers(value)));
    for (const column of [0, 1]) {
      const values = x.map((row) => row[column] as number);
      const mean = values.reduce((sum, value) => sum + value, 0) / 64;
      // Statistics of the input do not depend on the weights: four steps at momentum 0.99 would be far from these.
      expect((means?.[column] as number) / mean).toBeCloseTo(1, 4);
      // The mean of the batches' own variances: near the whole's, and not above it.
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 64;
      expect((variances?.[column] as number) / variance).toBeGreaterThan(0.8);
      expect((variances?.[column] as number) / variance).toBeLessThanOrEqual(1.0001);
    }
    // The optimiser stands where it stood: 16 steps, no more.
    expect(before[0]).toBe(16);
    await net.dispose();
  });

  it.each([
    [{ decay: 1 }, "averageWeights: decay must be a number from 0 to below 1, received 1."],
    [{ kind: "mean" }, 'averageWeights: kind must be "ema" or "swa", received "mean".'],
    [{ start: 1 }, 'averageWeights: unknown option "start".'],
  ])("refuses %j", (options, message) => {
    expect(() => averageWeights(options as never)).toThrow(message);
  });
});
