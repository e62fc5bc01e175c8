import { describe, expect, it } from "vitest";
import type { Model } from "../models/model.js";
import {
  denseNet121,
  inceptionV3,
  mobileNetV2,
  type ResNetOptions,
  resNet,
  smallXception,
  squeezeNet,
  vgg16,
  xception,
} from "./index.js";

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

function count({ variables }: Model): number {
  return variables.reduce((sum, { variable }) => sum + sizeOf(variable.shape), 0);
}

function trainable({ variables }: Model): number {
  return variables
    .filter((one) => one.trainable && one.variable.trainable)
    .reduce((sum, { variable }) => sum + sizeOf(variable.shape), 0);
}

const namesOf = (model: Model): readonly string[] => [...model.functional.nameOf.values()];
const shapeOf = (model: Model): unknown => model.outputs[0]?.tensor.shape;

describe("resNet", () => {
  // PyTorch's documentation: numbers of parameters, without moving statistics.
  it.each([
    [18, 11_689_512],
    [34, 21_797_672],
    [50, 25_557_032],
    [101, 44_549_160],
    [152, 60_192_808],
  ] as const)("of depth %d has torchvision's parameters", (depth, parameters) => {
    expect(trainable(resNet({ depth, variant: "torch" }))).toBe(parameters);
  });

  // He et al. 2015, table 6: 0.27M, 0.46M, 0.66M, 0.85M, 1.7M.
  it.each([
    [20, 0.27],
    [32, 0.46],
    [44, 0.66],
    [56, 0.85],
    [110, 1.7],
  ] as const)("of depth %d has the paper's parameters", (depth, millions) => {
    const network = resNet({ depth });
    expect(trainable(network) / 1e6).toBeCloseTo(millions, depth === 110 ? 1 : 2);
    expect(network.inputs[0]?.tensor.shape).toEqual([null, 32, 32, 3]);
    expect(shapeOf(network)).toEqual([null, 10]);
  });

  it("has its depth in convolutions and fully connected layers", () => {
    for (const depth of [18, 34, 50, 101, 152, 20, 32, 44, 56, 110] as const) {
      for (const version of [1, 2] as const) {
        const kinds = resNet({ depth, version }).layers.filter((layer) => {
          return /^(conv2d|dense)$/.test(layer.type) && !layer.name?.includes("_0_");
        });
        expect(kinds.length).toBe(depth);
      }
    }
  });

  it("goes around small images' blocks without weights or with", () => {
    expect(count(resNet({ depth: 20 }))).toBe(271_098);
    expect(count(resNet({ depth: 20, shortcut: "projection" })) - count(resNet({ depth: 20 }))).toBe(
      16 * 32 + 32 * 64 + 4 * (32 + 64),
    );
  });

  it("names layers of basic blocks as those of bottlenecks", () => {
    const names = namesOf(resNet({ depth: 18 }));
    expect(names.slice(0, 8)).toEqual([
      "input_layer",
      "conv1_pad",
      "conv1_conv",
      "conv1_bn",
      "conv1_relu",
      "pool1_pad",
      "pool1_pool",
      "conv2_block1_1_conv",
    ]);
    expect(names).toContain("conv3_block1_0_conv");
    expect(names).not.toContain("conv2_block1_0_conv");
    expect(namesOf(resNet({ depth: 34, version: 2 }))).toContain("conv5_block3_preact_bn");
  });

  it.each([18, 34, 50] as const)("of depth %d gives features at a 32nd of the size", (depth) => {
    for (const version of [1, 2] as const) {
      const features = resNet({ depth, version, includeTop: false, inputShape: [64, 96, 3] });
      expect(shapeOf(features)).toEqual([null, 2, 3, depth === 50 ? 2048 : 512]);
    }
  });

  it.each([
    [{ depth: 51 }, "resNet: depth must be 18, 34, 50, 101 or 152 for large images, 20, 32, 44, 56 or 110"],
    [{ version: 3 }, "resNet: version must be 1 or 2, received 3."],
    [{ depth: 50, variant: "torch", version: 2 }, 'resNet: variant "torch" is for weights from PyTorch'],
    [{ depth: 50, shortcut: "identity" }, 'resNet: shortcut "identity" is for the small images'],
    [{ dept: 50 }, 'Did you mean "depth"'],
  ])("refuses %j", (options, message) => {
    expect(() => resNet(options as ResNetOptions)).toThrow(message);
  });
});

describe("squeezeNet", () => {
  it("has the weights of the paper", () => {
    expect(count(squeezeNet())).toBe(1_248_424);
    expect(count(squeezeNet({ version: "1.1" }))).toBe(1_235_496);
  });

  it("rounds poolings up", () => {
    const shapesOf = (size: number) =>
      ["pool1", "pool4", "pool8"].map((name) => {
        const network = squeezeNet({ inputShape: [size, size, 3] });
        return network.functional.calls.find(({ layer }) => layer.name === name)?.outputs[0]?.shape[1];
      });
    expect(shapesOf(224)).toEqual([54, 27, 13]);
    expect(shapesOf(227)).toEqual([55, 27, 13]);
    expect(shapesOf(21)).toEqual([4, 2, 1]);
  });

  it("may have a border around its last convolution", () => {
    const network = squeezeNet({ border: "zeros" });
    const conv10 = network.functional.calls.find(({ layer }) => layer.name === "conv10");
    expect(conv10?.outputs[0]?.shape).toEqual([null, 15, 15, 1000]);
  });

  it("takes open sizes with its top", () => {
    expect(shapeOf(squeezeNet({ inputShape: [null, null, 3] }))).toEqual([null, 1000]);
  });

  it("leaves out dropout where nothing is dropped", () => {
    expect(namesOf(squeezeNet())).toContain("dropout");
    expect(namesOf(squeezeNet({ dropout: 0 }))).not.toContain("dropout");
  });

  it.each([
    [{ version: "1.2" }, 'squeezeNet: version must be "1.0" or "1.1", received "1.2".'],
    [{ version: "1.0", inputShape: [20, 20, 3] }, "at least 21 × 21"],
    [{ version: "1.1", inputShape: [16, 17, 3] }, "at least 17 × 17"],
  ])("refuses %j", (options, message) => {
    expect(() => squeezeNet(options as never)).toThrow(message);
  });
});

describe("smallXception", () => {
  it("is the course's network", () => {
    const network = smallXception();
    const types = network.layers.map(({ type }) => type);
    expect(types.filter((type) => type === "separableConv2d").length).toBe(6);
    expect(types.slice(-3)).toEqual(["globalAveragePooling2d", "dense", "dense"]);
    const separable = (channels: number, filters: number): number =>
      9 * channels + channels * filters + filters;
    const pairs = [
      [3, 32],
      [32, 64],
      [64, 64],
      [64, 128],
      [128, 64],
      [64, 128],
    ] as const;
    const expected = pairs.reduce(
      (sum, [from, to]) => sum + separable(from, to),
      128 * 32 + 32 + 32 * 10 + 10,
    );
    expect(count(network)).toBe(expected);
    expect(shapeOf(smallXception({ includeTop: false }))).toEqual([null, null, null, 128]);
    expect(shapeOf(smallXception({ includeTop: false, inputShape: [64, 32, 1] }))).toEqual([null, 9, 1, 128]);
  });

  it("names layers as Keras counts them", () => {
    expect(namesOf(smallXception())).toEqual([
      "input_layer",
      "separable_conv2d",
      "separable_conv2d_1",
      "max_pooling2d",
      "separable_conv2d_2",
      "separable_conv2d_3",
      "max_pooling2d_1",
      "separable_conv2d_4",
      "separable_conv2d_5",
      "global_average_pooling2d",
      "dense",
      "dense_1",
    ]);
  });
});

describe("width", () => {
  it("rounds channels to multiples of 8", () => {
    const shapes = (width: number): unknown =>
      vgg16({ width, includeTop: false, inputShape: [32, 32, 3] })
        .layers.filter(({ type }) => type === "conv2d")
        .map((layer) => layer.variables[0]?.shape.at(-1));
    expect(shapes(0.25)).toEqual([16, 16, 32, 32, 64, 64, 64, ...new Array(6).fill(128)]);
    expect(shapes(0.01)).toEqual(new Array(13).fill(8));
    expect(shapes(2)).toEqual([128, 128, 256, 256, 512, 512, 512, ...new Array(6).fill(1024)]);
  });

  it.each([
    ["resNet", resNet],
    ["denseNet121", denseNet121],
    ["inceptionV3", inceptionV3],
    ["xception", xception],
    ["squeezeNet", squeezeNet],
    ["mobileNetV2", mobileNetV2],
    ["smallXception", smallXception],
  ] as const)("%s narrows and widens", (_, make) => {
    const [narrow, usual, wide] = [0.3, 1, 1.4].map((width) => count(make({ width })));
    expect(narrow).toBeLessThan(0.5 * (usual as number));
    expect(wide).toBeGreaterThan(1.4 * (usual as number));
  });

  // Keras, by its applications' documentation: parameters in millions by alpha.
  it.each([
    [0.35, 1.66],
    [0.5, 1.95],
    [0.75, 2.61],
    [1.0, 3.47],
    [1.3, 5.34],
    [1.4, 6.06],
  ])("%d of mobileNetV2 is Keras's alpha", (width, millions) => {
    expect(trainable(mobileNetV2({ width })) / 1e6).toBeCloseTo(millions, 1);
    expect(mobileNetV2({ width }).name).toBe(`mobilenetv2_${width.toFixed(2)}_224`);
  });
});
