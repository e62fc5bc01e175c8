import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { testRuntime } from "../../../engine/testing/evaluate.js";
import { model } from "../../models/model.js";
import { checkLayerCase, layerCases } from "../../testing/layerGolden.js";
import { runLayer } from "../../testing/runLayer.js";
import * as layers from "../index.js";

const { dense, flatten, input } = layers;
const runtime = testRuntime();

describe("values and gradients are Keras's", () => {
  it.each(layerCases("preprocessing").map((golden) => [golden.name, golden] as const))(
    "%s",
    async (_, golden) => {
      await checkLayerCase(golden, layers as never);
    },
  );
});

const images = new Tensor("float32", [64, 6, 5, 2], new Generator(3).uniforms(64 * 60));
const rows = (tensor: Tensor): number[][] => {
  const size = tensor.size / tensor.sizeAt(0);
  const numbers = Array.from(toNumbers(tensor));
  return Array.from({ length: tensor.sizeAt(0) }, (_, row) => numbers.slice(row * size, (row + 1) * size));
};
const flipped = (pixels: readonly number[], down: boolean, across: boolean): number[] => {
  const at = (y: number, x: number, c: number) =>
    pixels[((down ? 5 - y : y) * 5 + (across ? 4 - x : x)) * 2 + c];
  return Array.from({ length: 60 }, (_, i) => at(Math.floor(i / 10), Math.floor(i / 2) % 5, i % 2) as number);
};

describe("randomFlip", () => {
  it.each([
    ["horizontal", false, true],
    ["vertical", true, false],
    ["horizontalAndVertical", true, true],
  ] as const)("%s turns half of the images, each by itself", async (mode, down, across) => {
    const { outputs } = await runLayer(layers.randomFlip({ mode }), [images], { training: true });
    const counts = new Map<string, number>();
    rows(outputs[0] as Tensor).forEach((row, index) => {
      const original = rows(images)[index] as number[];
      const found = [false, true]
        .flatMap((y) => [false, true].map((x) => [y, x] as const))
        .find(([y, x]) => flipped(original, y, x).join() === row.join());
      expect(found).toBeDefined();
      counts.set(String(found), (counts.get(String(found)) ?? 0) + 1);
    });
    expect(counts.size).toBe(down && across ? 4 : 2);
    for (const count of counts.values()) expect(count).toBeGreaterThan(down && across ? 6 : 20);
  });
});

describe("randomCrop", () => {
  it("takes a part of the images, at another place at each step", async () => {
    const crop = layers.randomCrop({ height: 4, width: 3 });
    const places = new Set<string>();
    for (let seed = 0; seed < 80; seed++) {
      const { outputs } = await runLayer(crop, [images], { training: true, seed });
      const [made] = outputs as [Tensor];
      expect(made.shape).toEqual([64, 4, 3, 2]);
      const numbers = toNumbers(made);
      const wanted = toNumbers(images);
      const all = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => [y, x] as const));
      const place = all.find(([y, x]) => wanted[(y * 5 + x) * 2] === numbers[0]);
      expect(place).toBeDefined();
      const [y = 0, x = 0] = place ?? [];
      // The last pixel of the last image, too.
      expect(numbers[made.size - 1]).toBe(wanted[63 * 60 + ((y + 3) * 5 + x + 2) * 2 + 1]);
      places.add(`${y} ${x}`);
    }
    expect(places.size).toBe(9);
  });
});

describe("what is drawn for each image", () => {
  const ranges: readonly [string, (factor: number) => { readonly layer: layers.Layer }][] = [
    ["randomBrightness", (factor) => layers.randomBrightness({ factor, valueRange: [-9, 9] })],
    ["randomContrast", (factor) => layers.randomContrast({ factor, valueRange: [-9, 9] })],
    ["randomRotation", (factor) => layers.randomRotation({ factor })],
    ["randomZoom", (heightFactor) => layers.randomZoom({ heightFactor })],
    [
      "randomTranslation",
      (factor) => layers.randomTranslation({ heightFactor: factor, widthFactor: factor }),
    ],
  ];
  it.each(ranges)("%s: other for each, the same for a seed, nothing at a factor of 0", async (_, make) => {
    const same = new Tensor(
      "float32",
      [8, 6, 5, 2],
      Float32Array.from({ length: 480 }, (_one, index) => toNumbers(images)[index % 60] as number),
    );
    const run = async (factor: number, seed: number) => {
      const { outputs } = await runLayer(make(factor), [same], { training: true, seed });
      return rows(outputs[0] as Tensor).map((row) => row.map((one) => one.toFixed(5)).join());
    };
    const first = await run(0.3, 1);
    expect(new Set(first).size).toBe(8);
    expect(await run(0.3, 1)).toEqual(first);
    expect(await run(0.3, 2)).not.toEqual(first);
    expect(new Set(await run(0, 1))).toEqual(
      new Set([
        rows(same)[0]
          ?.map((one) => one.toFixed(5))
          .join(),
      ]),
    );
  });
});

describe("normalization", () => {
  const data = new Tensor(
    "float32",
    [50, 4, 3],
    Float32Array.from(new Generator(5).normals(600), (one, index) => 3 * one + (index % 3)),
  );

  it.each([[-1], [[1, 2]], [[]]])("adapts to mean 0 and variance 1 along axis %j", async (axis) => {
    const norm = layers.normalization({ axis });
    norm.layer.adapt(data);
    const { outputs } = await runLayer(norm, [data]);
    const numbers = Array.from(toNumbers(outputs[0] as Tensor));
    const kept = Array.isArray(axis) ? (axis.length === 0 ? 1 : 12) : 3;
    for (let place = 0; place < kept; place++) {
      const own = numbers.filter((_, index) => index % kept === place);
      const mean = own.reduce((sum, one) => sum + one, 0) / own.length;
      expect(Math.abs(mean)).toBeLessThan(1e-5);
      expect(own.reduce((sum, one) => sum + (one - mean) ** 2, 0) / own.length).toBeCloseTo(1, 4);
    }
    const back = layers.normalization({ axis, invert: true });
    back.layer.adapt(data);
    const { outputs: again } = await runLayer(back, [outputs[0] as Tensor]);
    Array.from(toNumbers(again[0] as Tensor)).forEach((one, index) => {
      expect(one).toBeCloseTo(data.data[index] as number, 4);
    });
  });

  it("keeps what it found when it becomes part of a model, and when that is trained", async () => {
    const norm = layers.normalization();
    norm.layer.adapt([[1], [3]]);
    const x = input({ shape: [1] });
    const net = model({ inputs: x, outputs: dense({ units: 1, name: "out" })(norm(x)), runtime });
    net.compile({ optimizer: "adam", loss: "mse" });
    await net.fit([[1], [3]], [1, 2], { epochs: 2 });
    expect(net.variables.map(({ path, trainable }) => [path, trainable])).toEqual([
      ["normalization/mean", false],
      ["normalization/variance", false],
      ["out/kernel", true],
      ["out/bias", true],
    ]);
    expect(norm.layer.getWeights().map((one) => one.item())).toEqual([2, 1]);
  });

  it.each([
    [() => layers.normalization({ mean: 1 } as never), "normalization: mean and variance go together"],
    [
      () => layers.normalization({ mean: 1, variance: 1 }).layer.adapt([[1]]),
      "normalization: mean and variance were given; there is nothing to adapt",
    ],
    [
      () => layers.normalization().layer.adapt(new Float32Array(0)),
      "normalization: there is nothing in the data to adapt to",
    ],
    [
      () => layers.normalization().layer.adapt([["x"]] as never),
      'normalization: a tensor is made of numbers, received "x"',
    ],
    [
      () => layers.normalization({ mean: [1, 2], variance: [1, 2] })(input({ shape: [3] })),
      "normalization: mean has 2 numbers, and there are 3 elements along its axes",
    ],
    [
      () => layers.normalization()(input({ shape: [null] })),
      "normalization: expected a known size at axis 1",
    ],
    [() => layers.rescaling({} as never), "rescaling: scale is required"],
    [
      () => layers.rescaling({ scale: [1, 2] })(input({ shape: [3] })),
      "rescaling: scale has 2 numbers, and the last axis 3 elements",
    ],
    [
      () => layers.resizing({ height: 2, width: 2, cropToAspectRatio: true, padToAspectRatio: true }),
      "exclude each other",
    ],
    [() => layers.resizing({ height: 0, width: 2 }), "resizing: height must be a whole number from 1"],
    [
      () => layers.randomRotation({ factor: 2 }),
      "randomRotation: factor must be a number from -1 to 1, or [lower, upper], received 2",
    ],
    [
      () => layers.randomZoom({ heightFactor: -1 }),
      "randomZoom: heightFactor must be a number from -0.999 to 1",
    ],
    [
      () => layers.randomContrast({ factor: -0.1 }),
      "randomContrast: factor must be a number from 0 to 1, or [less, more]",
    ],
    [() => layers.randomBrightness({ factor: [0.5, 0.2] }), "randomBrightness: factor must be"],
    [
      () => layers.randomBrightness({ factor: 0.5, valueRange: [1, 1] }),
      "valueRange must be [lower, upper], the first below the second",
    ],
    [
      () => layers.randomFlip()(input({ shape: [3] })),
      "randomFlip: expected rank 4 (batch, height, width, channels)",
    ],
  ])("%#: refuses what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });
});

it("pictures of bytes go through a whole pipeline, trained and not", async () => {
  const x = input({ shape: [null, null, 3], dtype: "uint8" });
  const small = layers.resizing({ height: 8, width: 8 })(layers.rescaling({ scale: 1 / 255 })(x));
  const changed = [
    layers.randomFlip({ mode: "horizontal" }),
    layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 }),
    layers.randomRotation({ factor: 0.05 }),
    layers.randomZoom({ heightFactor: 0.1 }),
    layers.randomContrast({ factor: 0.2, valueRange: [0, 1] }),
    layers.randomBrightness({ factor: 0.1, valueRange: [0, 1] }),
  ].reduce((image, layer) => layer(image), small);
  const net = model({
    inputs: x,
    outputs: dense({ units: 2, activation: "softmax" })(flatten()(changed)),
    runtime,
  });
  net.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  const pixels = new Tensor(
    "uint8",
    [4, 12, 9, 3],
    Uint8Array.from({ length: 4 * 12 * 9 * 3 }, (_, i) => (i * 37) % 256),
  );
  const { history } = await net.fit(pixels as never, [0, 1, 0, 1], { epochs: 3 });
  expect(history.loss?.every(Number.isFinite)).toBe(true);
  // Outside of training nothing is drawn.
  expect((await net.predict(pixels as never)).data).toEqual((await net.predict(pixels as never)).data);
});
