import { describe, expect, it } from "vitest";
import { testLayerGoldens } from "../../testing/layerGoldens.js";
import { runLayer } from "../../testing/runLayer.js";
import { dense } from "../core/dense.js";
import { input } from "../core/input.js";
import { flatten } from "../reshaping/flatten.js";
import { conv1d } from "./conv1d.js";
import { conv1dTranspose } from "./conv1dTranspose.js";
import { conv2d } from "./conv2d.js";
import { conv2dTranspose } from "./conv2dTranspose.js";
import { depthwiseConv1d } from "./depthwiseConv1d.js";
import { depthwiseConv2d } from "./depthwiseConv2d.js";
import { separableConv1d } from "./separableConv1d.js";
import { separableConv2d } from "./separableConv2d.js";

describe("convolutions over time are Keras's", () => {
  testLayerGoldens("convolution1d", { conv1d, depthwiseConv1d, separableConv1d, conv1dTranspose });
});

describe("convolutions over images are Keras's", () => {
  testLayerGoldens("convolution2d", { conv2d, depthwiseConv2d, separableConv2d, conv2dTranspose });
});

describe("convolutions", () => {
  const image = input({ shape: [28, 28, 3], name: "photo" });

  it("know the shapes of their results", () => {
    expect(conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same" })(image).shape).toEqual([
      null,
      14,
      14,
      8,
    ]);
    const open = input({ shape: [null, null, 3] });
    expect(conv2d({ filters: 8, kernelSize: [3, 1] })(open).shape).toEqual([null, null, null, 8]);
    expect(depthwiseConv2d({ kernelSize: 5, depthMultiplier: 2 })(image).shape).toEqual([null, 24, 24, 6]);
    expect(separableConv2d({ filters: 8, kernelSize: 3 })(image).shape).toEqual([null, 26, 26, 8]);
    expect(conv2dTranspose({ filters: 8, kernelSize: 3, strides: 2 })(image).shape).toEqual([
      null,
      57,
      57,
      8,
    ]);
    expect(conv2dTranspose({ filters: 8, kernelSize: 1, strides: 2 })(image).shape).toEqual([
      null,
      56,
      56,
      8,
    ]);
    const steps = input({ shape: [null, 3] });
    expect(conv1d({ filters: 8, kernelSize: 3, padding: "causal" })(steps).shape).toEqual([null, null, 8]);
  });

  it.each([
    [{ padding: "valid", outputPadding: 0 }, 7],
    [{ padding: "valid", outputPadding: 1 }, 8],
    [{ padding: "same", outputPadding: 0 }, 5],
    [{ padding: "same", outputPadding: 1 }, 6],
  ] as const)("pads the transposed result as asked: %j", (options, size) => {
    const made = conv1dTranspose({ filters: 1, kernelSize: 3, strides: 2, ...options });
    expect(made(input({ shape: [3, 1] })).shape).toEqual([null, size, 1]);
  });

  it("take channels first", async () => {
    const x = [
      [
        [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ],
      ],
    ];
    const options = { kernelSize: 2, depthMultiplier: 2, depthwiseInitializer: "ones" } as const;
    const { outputs } = await runLayer(depthwiseConv2d({ ...options, dataFormat: "channelsFirst" }), [x]);
    expect(outputs[0]?.shape).toEqual([1, 2, 2, 2]);
    expect([...(outputs[0]?.data ?? [])]).toEqual([12, 16, 24, 28, 12, 16, 24, 28]);
  });

  it("penalise what they give", async () => {
    const layer = conv1d({
      filters: 1,
      kernelSize: 1,
      kernelInitializer: "ones",
      activityRegularizer: { name: "l1", config: { l1: 0.5 } },
    });
    const { losses } = await runLayer(layer, [
      [
        [[1], [-2]],
        [[3], [0]],
      ],
    ]);
    expect(losses.map((loss) => loss.item())).toEqual([1.5]);
  });

  it("keep weights in Keras's layout", () => {
    const shapes = (layer: {
      readonly layer: { readonly variables: readonly { name: string; shape: unknown }[] };
    }) => layer.layer.variables.map(({ name, shape }) => [name, shape]);
    const plain = conv2d({ filters: 4, kernelSize: [3, 5], groups: 2 });
    plain(input({ shape: [8, 8, 6] }));
    expect(shapes(plain)).toEqual([
      ["kernel", [3, 5, 3, 4]],
      ["bias", [4]],
    ]);
    const separable = separableConv1d({ filters: 4, kernelSize: 3, depthMultiplier: 2 });
    separable(input({ shape: [8, 6] }));
    expect(shapes(separable)).toEqual([
      ["depthwiseKernel", [3, 6, 2]],
      ["pointwiseKernel", [1, 12, 4]],
      ["bias", [4]],
    ]);
  });

  it("end a mask", async () => {
    const { masks } = await runLayer(conv1d({ filters: 1, kernelSize: 1 }), [[[[1], [2]]]], {
      masks: [[[true, false]]],
    });
    expect(masks).toEqual([undefined]);
  });

  const flat = flatten({ name: "flatten" })(input({ shape: [28, 28], batchSize: 32 }));
  it.each([
    [
      () => conv2d({ filters: 8, kernelSize: 3, name: "stem" })(flat),
      'conv2d "stem": expected rank 4 (batch, height, width, channels), received [32, 784] from "flatten". Reshape before it, for example reshape({ targetShape: [28, 28, 1] }).',
    ],
    [
      () => conv1d({ filters: 8, kernelSize: 3 })(dense({ units: 6, name: "d" })(flat)),
      'conv1d: expected rank 3 (batch, steps, channels), received [32, 6] from "d". Reshape before it, for example reshape({ targetShape: [6, 1] }).',
    ],
    [
      () => conv2d({ filters: 8, kernelSize: 15, dilationRate: 2 })(image),
      'conv2d: the window covers 29 × 29, which is more than there is of [?, 28, 28, 3] from "photo". Take a smaller one, or padding: "same".',
    ],
    [
      () => conv2d({ filters: 8, kernelSize: 3 })(input({ shape: [8, 8, null], name: "x" })),
      'conv2d: expected a known size at axis 3, received [?, 8, 8, ?] from "x"',
    ],
    [
      () => conv2d({ filters: 8, kernelSize: 3, groups: 2 })(image),
      'conv2d: expected channels in 2 equal groups, received [?, 28, 28, 3] from "photo"',
    ],
    [
      () => conv2d({ filters: 3, kernelSize: 3, groups: 2, name: "c" }),
      'conv2d "c": filters must be a multiple of groups 2, received 3',
    ],
    [
      () => conv2d({ filters: 3, kernelSize: [3, 3, 3] }),
      "conv2d: kernelSize must be a whole number from 1 or an array of 2 of them, received [3,3,3].",
    ],
    [
      () => conv1d({ filters: 3, kernelSize: 0 }),
      "conv1d: kernelSize must be a whole number from 1, received 0.",
    ],
    [
      () => conv2d({ filters: 3, kernelSize: 3, padding: "causal" as never }),
      'conv2d: padding must be "valid" or "same", received "causal".',
    ],
    [
      () => conv2d({ filters: 3, kernelSize: 3, stride: 2 } as never),
      'conv2d: unknown option "stride". Did you mean "strides"?',
    ],
    [
      () => conv1dTranspose({ filters: 3, kernelSize: 3, strides: 2, outputPadding: 2, name: "up" }),
      'conv1dTranspose "up": outputPadding must be less than strides [2], received [2]',
    ],
    [
      () => {
        const shared = conv2d({ filters: 3, kernelSize: 3 });
        shared(image);
        shared(input({ shape: [28, 28, 1], name: "grey" }));
      },
      'conv2d: was made for 3 channels and shares its weights, received [?, 28, 28, 1] from "grey"',
    ],
  ])("%#: refuse what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });
});
