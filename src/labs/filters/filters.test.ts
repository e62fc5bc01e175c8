import { describe, expect, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { evaluateOne, testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { openClassifier } from "../../io/models/openClassifier.js";
import { tinyImage, tinyNetwork } from "../../vision/testing/tinyNetwork.js";
import { activationMaps } from "./activationMaps.js";
import { explain } from "./explain.js";
import type { FilterOptions } from "./filterOptions.js";
import { type FilterPicture, filterPictures } from "./filters.js";
import { heatOverlay } from "./heatOverlay.js";
import { imageOf } from "./parametrization.js";

const network = tinyNetwork();
const runtime = testRuntime();

async function pictures(options: Partial<FilterOptions>): Promise<FilterPicture[]> {
  const found: FilterPicture[] = [];
  const all = { layer: "second", channels: [0, 3], size: 32, steps: 30, runtime, ...options };
  for await (const picture of filterPictures(network, all)) found.push(picture);
  return found;
}

describe("filterPictures", () => {
  it("finds what a channel answers to", async () => {
    const before = await pictures({ steps: 1 });
    const after = await pictures({ steps: 60 });
    after.forEach(({ channel, activation, image }, index) => {
      expect(channel).toBe([0, 3][index]);
      expect(activation).toBeGreaterThan(3 * (before[index]?.activation as number));
      expect(activation).toBeGreaterThan(0);
      expect(image.shape).toEqual([32, 32, 3]);
      expect(image.data.every((value) => value >= 0 && value <= 255)).toBe(true);
    });
  });

  it("gives the same for the same seed, whatever else is asked for", async () => {
    const [, both] = await pictures({ steps: 5 });
    const [alone] = await pictures({ steps: 5, channels: [3] });
    expect([...(alone?.image.data ?? [])]).toEqual([...(both?.image.data ?? [])]);
    const [other] = await pictures({ steps: 5, channels: [3], seed: 1 });
    expect([...(other?.image.data ?? [])]).not.toEqual([...(alone?.image.data ?? [])]);
  });

  it("turns the image meanwhile, unless told not to", async () => {
    const [turned, same, not] = await Promise.all(
      [undefined, 5, 0].map(async (rotate) => (await pictures({ steps: 5, channels: [3], rotate }))[0]),
    );
    expect([...(same?.image.data ?? [])]).toEqual([...(turned?.image.data ?? [])]);
    expect([...(not?.image.data ?? [])]).not.toEqual([...(turned?.image.data ?? [])]);
  });

  it("maximises class scores", async () => {
    const [few] = await pictures({ layer: "scores", channels: [2], steps: 1 });
    const [many] = await pictures({ layer: "scores", channels: [2], steps: 40 });
    expect(many?.activation).toBeGreaterThan(1.5 * (few?.activation as number));
    expect((await pictures({ layer: "scores", channels: undefined, steps: 1 })).length).toBe(6);
  });

  it("says of a channel that nothing reaches that it answers nothing", async () => {
    const found: FilterPicture[] = [];
    const options = { layer: "second", channels: [1], size: 32, steps: 30, runtime };
    for await (const picture of filterPictures(tinyNetwork("keras", 0), options)) found.push(picture);
    expect(found[0]?.activation).toBe(0);
    expect(found[0]?.image.data.every(Number.isFinite)).toBe(true);
  });

  it("stops at a signal, and frees its program", async () => {
    const before = runtime.liveSessions;
    await expect(pictures({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
    expect(runtime.liveSessions).toBe(before);
  });

  it.each([
    [{ layer: "secnd" }, 'Did you mean "second"?'],
    [{ channels: [6] }, 'filters: layer "second" has no channel 6; channels are 0 to 5'],
    [{ size: 8 }, "filters: size must be a whole number from 32 to 2048, received 8."],
    [{ rotate: -1 }, "filters: rotate must be a number from 0 to 180, received -1."],
    [{ rotate: Number.NaN }, "filters: rotate must be a number from 0 to 180, received NaN."],
    [{ scale: 1 }, "filters: scale must be a number from 0 to below 1, received 1."],
    [{ learningRate: 0 }, "filters: learningRate must be a number above 0 and up to 100, received 0."],
    [{ step: 3 }, 'filters: unknown option "step"'],
  ])("refuses %o", async (options, message) => {
    await expect(pictures(options as Partial<FilterOptions>)).rejects.toThrow(message);
  });
});

describe("the parametrisation", () => {
  const image = (change: (coefficients: Tensor<"float32">) => void): Promise<Tensor> => {
    const coefficients = Tensor.zeros([3, 32, 32]);
    change(coefficients);
    return evaluateOne(imageOf, coefficients);
  };

  it("is grey for nothing", async () => {
    expectClose(await image(() => {}), Tensor.full([1, 3, 32, 32], 127.5));
  });

  it("has waves of one height at every size of image, the slow ones higher", async () => {
    const height = async (frequency: number): Promise<number> => {
      const { data } = await image((coefficients) => {
        coefficients.data[frequency] = 0.01;
      });
      return Math.max(...(data as Float32Array).subarray(0, 1024)) - 127.5;
    };
    expect((await height(1)) / (await height(4))).toBeCloseTo(4, 0);
  });

  it("keeps grey apart from colours", async () => {
    const grey = await image((coefficients) => coefficients.data.fill(0.02, 0, 40));
    const [red, green] = [grey.data.slice(0, 1024), grey.data.slice(1024, 2048)];
    expect([...red].every((value, at) => Math.abs(Number(value) - Number(green[at])) < 1e-3)).toBe(true);
  });
});

describe("activationMaps", () => {
  it("says that an image is too small, and not that of a layer that there is not", async () => {
    const { network: packed } = await openClassifier(undefined);
    const maps = activationMaps(packed, tinyImage(1, 3), "relu3_2/relu", { runtime });
    await expect(maps).rejects.toThrow('an image of 3 × 1 pixels is too small for "relu3_2/relu".');
    await expect(activationMaps(packed, tinyImage(1, 3), "relu9", { runtime })).rejects.not.toThrow(
      "too small",
    );
  });

  it("has the strongest first, from black to white", async () => {
    const maps = await activationMaps(network, tinyImage(20, 30), "second", { runtime });
    expect(maps.map(({ channel }) => channel).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    const largest = maps.map((map) => map.largest);
    expect(largest).toEqual([...largest].sort((a, b) => b - a));
    expect(maps[0]?.image.shape).toEqual([10, 15, 3]);
    expect(Math.max(...(maps[0]?.image.data ?? []))).toBeCloseTo(255, 3);
  });

  it("refuses layers without positions", async () => {
    await expect(activationMaps(network, tinyImage(20, 30), "scores", { runtime })).rejects.toThrow(
      'layer "scores" is [1, 6]; expected [1, channels, height, width], a layer with positions',
    );
  });
});

describe("explain", () => {
  /** Grey but for a patch of noise, which is all that there is to see. */
  const image = Tensor.full([32, 40, 3], 127.5);
  const noise = tinyImage(32, 40, 3);
  for (let y = 8; y < 16; y++)
    for (let x = 20; x < 28; x++)
      for (let channel = 0; channel < 3; channel++) {
        const at = (y * 40 + x) * 3 + channel;
        image.data[at] = 2 * (noise.data[at] as number) - 127.5;
      }
  const within = (map: Tensor<"float32">): number => {
    let [inside, all] = [0, 0];
    map.data.forEach((value, at) => {
      const [y, x] = [Math.floor(at / 40), at % 40];
      all += value;
      if (y >= 5 && y < 19 && x >= 17 && x < 31) inside += value;
    });
    return inside / all;
  };

  it.each([undefined, "first", "second"])("finds the place that speaks for a class: %s", async (layer) => {
    const found = await explain(network, image, { scores: "scores", layer, runtime });
    expect(found.map.shape).toEqual([32, 40]);
    expect(Math.max(...found.map.data)).toBeCloseTo(1, 5);
    expect(within(found.map)).toBeGreaterThan(0.9);
    expect(found.score).toBeGreaterThan(0);
  });

  it("takes the class that is asked for, else the strongest", async () => {
    const scores = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (one) => {
        const result = await explain(network, image, { scores: "scores", class: one, runtime });
        expect(result.class).toBe(one);
        return result.score;
      }),
    );
    const best = await explain(network, image, { scores: "scores", runtime });
    expect(best.score).toBe(Math.max(...scores));
    expect(scores[best.class]).toBe(best.score);
  });

  it.each([
    [{ scores: "scores", class: 6 }, 'there is no class 6 in "scores"; classes are 0 to 5'],
    [{ scores: "second" }, '"second" is [1, 6, 16, 20]; expected class scores [1, classes]'],
    [{ scores: "scores", layer: "scores" }, 'layer "scores" is [1, 6]; expected [1, channels'],
    [{ scores: "score" }, 'Did you mean "scores"?'],
  ])("refuses %o", async (options, message) => {
    await expect(explain(network, image, { ...options, runtime })).rejects.toThrow(message);
  });
});

it("lays colours over what is there", () => {
  const image = Tensor.full([1, 3, 3], 90);
  const result = heatOverlay(image, new Tensor("float32", [1, 3], Float32Array.of(0, 1, 2)));
  // 90 + 0.7 (255 − 90) and 90 − 0.7 · 90.
  expect([...result.data].map(Math.round)).toEqual([90, 90, 90, 206, 27, 27, 206, 27, 27]);
  expect(() => heatOverlay(image, Tensor.zeros([2, 2, 1]))).toThrow(
    "received float32[1, 3, 3] and float32[2, 2, 1]",
  );
});

it("stretches a smaller map over an image", () => {
  const white = Tensor.full([2, 4, 3], 255);
  const result = heatOverlay(white, new Tensor("float32", [1, 2], Float32Array.of(0, 1)));
  // The map is 0, 0.25, 0.75 and 1 across; the two between lie between.
  const blue = [0, 1, 2, 3].map((x) => result.data[x * 3 + 2] as number);
  expect(blue[0]).toBeCloseTo(255, 3);
  expect(blue[3]).toBeCloseTo(255 - 0.7 * 255, 3);
  expect(blue[1]).toBeGreaterThan(blue[2] as number);
  expect([...result.data.slice(0, 12)]).toEqual([...result.data.slice(12)]);
});
