import { describe, expect, it } from "vitest";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { type RunLayerOptions, runLayer } from "../../testing/runLayer.js";
import type { Layer } from "../base/layer.js";
import { input } from "../core/input.js";
import { alphaDropout } from "./alphaDropout.js";
import { dropout } from "./dropout.js";
import { gaussianDropout } from "./gaussianDropout.js";
import { gaussianNoise } from "./gaussianNoise.js";
import { spatialDropout1d } from "./spatialDropout1d.js";

const ones = Tensor.full([100, 200], 1);
const training = { training: true };

async function run(layer: { layer: Layer }, x: Tensor = ones, options: RunLayerOptions = training) {
  return Array.from((await runLayer(layer, [x], options)).outputs[0]?.data as Float32Array);
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[]) => {
  const m = mean(values);
  return mean(values.map((value) => (value - m) ** 2));
};

describe("dropout and noise", () => {
  it.each([
    [dropout({ rate: 0.5 })],
    [gaussianNoise({ stddev: 1 })],
    [gaussianDropout({ rate: 0.5 })],
    [alphaDropout({ rate: 0.5 })],
  ])("%#: give their input outside training", async (layer) => {
    expect(await run(layer, ones, {})).toEqual(Array.from(ones.data));
  });

  it("drops a share of the elements and scales the others", async () => {
    const values = await run(dropout({ rate: 0.2 }));
    expect(new Set(values)).toEqual(new Set([0, 1.25]));
    // 20,000 draws: three standard deviations are 0.0085.
    expect(Math.abs(values.filter((value) => value === 0).length / values.length - 0.2)).toBeLessThan(0.0085);
  });

  it("drops nothing at rate 0 and all at rate 1", async () => {
    expect(new Set(await run(dropout({ rate: 0 })))).toEqual(new Set([1]));
    expect(new Set(await run(dropout({ rate: 1 })))).toEqual(new Set([0]));
  });

  it("draws by the seed", async () => {
    const layer = dropout({ rate: 0.5 });
    const first = await run(layer, ones, { training: true, seed: 3 });
    expect(await run(layer, ones, { training: true, seed: 3 })).toEqual(first);
    expect(await run(layer, ones, { training: true, seed: 4 })).not.toEqual(first);
  });

  it("drops along a noise shape together", async () => {
    const values = await run(dropout({ rate: 0.5, noiseShape: [null, 1] }));
    const rows = Array.from({ length: 100 }, (_, row) => new Set(values.slice(row * 200, row * 200 + 200)));
    expect(rows.every((row) => row.size === 1)).toBe(true);
    expect(new Set(rows.flatMap((row) => [...row]))).toEqual(new Set([0, 2]));
  });

  it("drops whole channels", async () => {
    const values = await run(spatialDropout1d({ rate: 0.5 }), Tensor.full([10, 5, 20], 1));
    const at = (sample: number, step: number, channel: number) => values[(sample * 5 + step) * 20 + channel];
    for (let sample = 0; sample < 10; sample++) {
      for (let channel = 0; channel < 20; channel++) {
        const steps = new Set([0, 1, 2, 3, 4].map((step) => at(sample, step, channel)));
        expect(steps.size).toBe(1);
      }
    }
    expect(new Set(values)).toEqual(new Set([0, 2]));
  });

  it("adds normal noise", async () => {
    const values = await run(gaussianNoise({ stddev: 2 }));
    // Three standard deviations of each estimate from 20,000 draws.
    expect(Math.abs(mean(values) - 1)).toBeLessThan(0.0425);
    expect(Math.abs(variance(values) - 4)).toBeLessThan(0.12);
    const within = values.filter((value) => Math.abs(value - 1) < 2).length / values.length;
    expect(Math.abs(within - 0.6827)).toBeLessThan(0.01);
  });

  it("multiplies by normal noise of dropout's deviation", async () => {
    const values = await run(gaussianDropout({ rate: 0.2 }));
    expect(Math.abs(mean(values) - 1)).toBeLessThan(0.0107);
    expect(Math.abs(variance(values) - 0.25)).toBeLessThan(0.0076);
  });

  it("keeps mean and variance of normal input in alpha dropout", async () => {
    const zeros = Tensor.full([100, 200], 0);
    const [x] = (await runLayer(gaussianNoise({ stddev: 1 }), [zeros], training)).outputs as [Tensor];
    const values = await run(alphaDropout({ rate: 0.3 }), x, { training: true, seed: 9 });
    expect(Math.abs(mean(values))).toBeLessThan(0.03);
    expect(Math.abs(variance(values) - 1)).toBeLessThan(0.03);
    const dropped = (0.7 * (1 + 0.3 * 1.7580993408473766 ** 2)) ** -0.5 * (0.3 - 1) * 1.7580993408473766;
    const count = values.filter((value) => Math.abs(value - dropped) < 1e-6).length;
    expect(Math.abs(count / values.length - 0.3)).toBeLessThan(0.01);
  });

  it("lets a mask through", async () => {
    const { masks } = await runLayer(dropout({ rate: 0.5 }), [[[1, 2]]], { masks: [[[true, false]]] });
    expect(masks[0]?.data).toEqual(Uint8Array.of(1, 0));
  });

  it("keeps open sizes open", () => {
    expect(dropout({ rate: 0.5 })(input({ shape: [null, 3] })).shape).toEqual([null, null, 3]);
  });

  it.each([
    [
      () => dropout({ rate: 2, name: "drop" }),
      'dropout "drop": rate must be a number from 0 to 1, received 2.',
    ],
    [() => dropout({} as never), "dropout: rate is required"],
    [() => dropout({ rates: 0.2 } as never), 'dropout: unknown option "rates". Did you mean "rate"?'],
    [() => gaussianDropout({ rate: 1 }), "from 0 to below 1, received 1."],
    [
      () => dropout({ rate: 0.1, noiseShape: [1] })(input({ shape: [3], name: "x" })),
      'dropout: noiseShape needs a size for each of the input\'s axes, received [1] for [?, 3] from "x"',
    ],
    [
      () => dropout({ rate: 0.1, noiseShape: [0] }),
      "dropout: noiseShape must be an array of sizes from 1 (null: the input's), received [0].",
    ],
    [
      () => spatialDropout1d({ rate: 0.1 })(input({ shape: [12], name: "x" })),
      'spatialDropout1d: expected rank 3 (batch, steps, channels), received [?, 12] from "x". Reshape before it, for example reshape({ targetShape: [12, 1] }).',
    ],
  ])("%#: refuses what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });
});
