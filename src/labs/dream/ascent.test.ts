import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { goldenCases } from "../../engine/testing/goldenCases.js";
import { type GoldenTensor, goldenTensor } from "../../engine/testing/goldenTensor.js";
import { onnxImageNetwork } from "../../vision/imageNetwork.js";
import { fromPlanes, type Planes, sizeOfPlanes, toPlanes } from "../../vision/pixels.js";
import { preprocessing } from "../../vision/preprocessing.js";
import { tinyImage, tinyNetwork } from "../../vision/testing/tinyNetwork.js";
import { type AscentOptions, ascend, TileGradient } from "./ascent.js";
import { featuresOf } from "./guide.js";
import type { DreamLayer, GuideFeatures } from "./objective.js";
import { TileGrid } from "./tiles.js";

const plain: AscentOptions = { stepSize: 1, jitter: 0, smoothing: 0, mask: undefined };

interface DreamCase {
  readonly name: string;
  readonly image: GoldenTensor;
  readonly guide?: GoldenTensor;
  readonly layers: readonly DreamLayer[];
  readonly stepSize: number;
  readonly loss: number;
  readonly gradient: GoldenTensor;
  readonly stepped: GoldenTensor;
}

describe("a step as PyTorch computes it", () => {
  const folder = new URL("../../../goldens/dream/", import.meta.url);
  const bytes = new Uint8Array(readFileSync(new URL("network.onnx", folder)));
  const network = onnxImageNetwork(bytes, preprocessing("torchvision"));
  const runtime = testRuntime();

  async function features(one: DreamCase): Promise<GuideFeatures | undefined> {
    if (one.guide === undefined) return undefined;
    const names = one.layers.map(({ name }) => name);
    return await featuresOf(network, toPlanes(goldenTensor(one.guide)), names, runtime);
  }

  it.each(goldenCases<DreamCase>("dream/dream").map((one) => [one.name, one] as const))(
    "%s",
    async (_, one) => {
      const image = toPlanes(goldenTensor(one.image));
      const grid = new TileGrid(sizeOfPlanes(image), 512, 0);
      const tiles = await TileGradient.open(network, one.layers, grid.tile, runtime, await features(one));
      tiles.pixels.data.set(image.data);
      const { loss, gradient } = await tiles.run();
      expect(Math.abs(loss / one.loss - 1)).toBeLessThan(1e-4);
      const largest = Math.max(...one.gradient.data.map((value) => Math.abs(Number(value))));
      expectClose(gradient, goldenTensor(one.gradient), { relative: 1e-4, absolute: 1e-5 * largest });
      const reported = await ascend(image, grid, tiles, new Generator(0), {
        ...plain,
        stepSize: one.stepSize,
      });
      expect(reported).toBe(loss);
      expectClose(fromPlanes(image), goldenTensor(one.stepped), { relative: 1e-4, absolute: 1e-3 });
      await tiles.dispose();
    },
  );
});

describe("ascend", () => {
  const layers = [{ name: "second" }];
  const size = { height: 200, width: 180 };

  async function stepped(tileSize: number, options: Partial<AscentOptions> = {}): Promise<Planes> {
    const image = toPlanes(tinyImage(size.height, size.width));
    const settings = { ...plain, ...options };
    const grid = new TileGrid(size, tileSize, settings.jitter);
    const tiles = await TileGradient.open(tinyNetwork(), layers, grid.tile, testRuntime());
    await ascend(image, grid, tiles, new Generator(1), settings);
    await tiles.dispose();
    return image;
  }
  const original = toPlanes(tinyImage(size.height, size.width));
  const change = (image: Planes): Float32Array =>
    image.data.map((value, at) => value - (original.data[at] as number));
  const cosine = (a: Float32Array, b: Float32Array): number => {
    const dot = (x: Float32Array, y: Float32Array): number =>
      x.reduce((sum, value, at) => sum + value * (y[at] as number), 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };

  it("moves pixels by the step size in the mean", async () => {
    const moved = change(await stepped(512, { stepSize: 0.7 }));
    const mean = moved.reduce((sum, value) => sum + Math.abs(value), 0) / moved.length;
    expect(mean).toBeCloseTo(0.7, 3);
  });

  it.each([
    [17, 19],
    [17, 20],
    [16, 16],
  ])("counts every pixel for the mean: %i×%i", async (height, width) => {
    const image = Tensor.full([1, 3, height, width], 100);
    for (let at = 0; at < image.size; at++) image.data[at] = 100 + 20 * Math.sin(at);
    const before = image.data.slice();
    const grid = new TileGrid({ height, width }, 512, 0);
    const tiles = await TileGradient.open(tinyNetwork(), layers, grid.tile, testRuntime());
    tiles.pixels.data.set(image.data);
    const { data } = (await tiles.run()).gradient;
    const magnitudes = Array.from(data, Math.abs);
    // Left out, the last pixel would change the mean by more than is allowed for.
    expect(magnitudes.at(-1)).toBeGreaterThan(0.05 * Math.max(...magnitudes));
    const mean = magnitudes.reduce((a, b) => a + b, 0) / data.length;
    const expected = before.map((value, at) => value + (0.5 * (data[at] as number)) / mean);
    await ascend(image, grid, tiles, new Generator(0), { ...plain, stepSize: 0.5 });
    await tiles.dispose();
    expectClose(image, new Tensor("float32", image.shape, expected), { relative: 0, absolute: 1e-5 });
  });

  it("does in tiles what it does at once", async () => {
    const whole = change(await stepped(512));
    const tiled = change(await stepped(128));
    expect(cosine(whole, tiled)).toBeGreaterThan(0.998);
    // Away from the image's edges, where one has zeros and the other a mirror image, no seam is stronger or weaker.
    const strength = (values: Float32Array, column: number): number => {
      let sum = 0;
      for (let row = 0; row < size.height; row++)
        sum += Math.abs(values[row * size.width + column] as number);
      return sum;
    };
    for (let column = 4; column < size.width - 4; column++) {
      expect(Math.abs(strength(tiled, column) / strength(whole, column) - 1)).toBeLessThan(0.03);
    }
  });

  it("sees the image shifted and puts the gradient back in its place", async () => {
    const still = change(await stepped(512));
    const shifted = change(await stepped(512, { jitter: 10 }));
    // Strides of 2 make odd shifts another sample of the same gradient.
    expect(cosine(still, shifted)).toBeGreaterThan(0.8);
  });

  it("smooths", async () => {
    const roughness = (values: Float32Array): number =>
      values.reduce((sum, value, at) => sum + Math.abs(value - (values[at - 1] ?? value)), 0);
    expect(roughness(change(await stepped(512, { smoothing: 2 })))).toBeLessThan(
      0.5 * roughness(change(await stepped(512))),
    );
  });

  it("leaves an image alone in which the layer sees nothing", async () => {
    const image = Tensor.full([1, 3, 64, 64], 100);
    const grid = new TileGrid({ height: 64, width: 64 }, 512, 0);
    const tiles = await TileGradient.open(tinyNetwork("keras", 0), layers, grid.tile, testRuntime());
    await ascend(image, grid, tiles, new Generator(1), plain);
    expect(image.data.every((value) => value === 100)).toBe(true);
    await tiles.dispose();
  });
});
