import { describe, expect, it } from "vitest";
import { ImagoError } from "../../engine/errors.js";
import * as architectures from "./index.js";
import { type ArchitectureOptions, vgg16, xception } from "./index.js";

type Make = (options?: ArchitectureOptions) => architectures.ImageModel;
const { vgg19, resNet, inceptionV3, mobileNetV2, denseNet121, squeezeNet, smallXception } = architectures;
const all = {
  vgg16,
  vgg19,
  resNet,
  inceptionV3,
  xception,
  mobileNetV2,
  denseNet121,
  squeezeNet,
  smallXception,
} as const satisfies Readonly<Record<string, Make>>;
const networks = Object.entries(all) as [keyof typeof all, Make][];

const smallest: Readonly<Record<keyof typeof all, number>> = {
  vgg16: 32,
  vgg19: 32,
  resNet: 32,
  inceptionV3: 75,
  xception: 71,
  mobileNetV2: 32,
  denseNet121: 32,
  squeezeNet: 21,
  smallXception: 32,
};

describe.each(networks)("%s", (name, make) => {
  const small = smallest[name];

  it("works at its smallest size and not below", () => {
    expect(make({ inputShape: [small, small, 3], classes: 7 }).outputs[0]?.tensor.shape).toEqual([null, 7]);
    expect(() => make({ inputShape: [small - 1, small + 5, 3] })).toThrow(
      `${name}: inputShape must be at least ${small} × ${small}, below which nothing is left of the image, received ` +
        `[${small - 1}, ${small + 5}, 3]. Enlarge the images, for example to [${small}, ${small + 5}, 3].`,
    );
    expect(() => make({ includeTop: false, inputShape: [null, small - 1, 3] })).toThrow(
      `for example to [null, ${small}, 3].`,
    );
  });

  it("takes images of one to four channels and unequal sides", () => {
    for (const channels of [1, 2, 3, 4]) {
      const network = make({ inputShape: [small + 9, small, channels], classes: 3 });
      expect(network.inputs[0]?.tensor.shape).toEqual([null, small + 9, small, channels]);
      expect(network.outputs[0]?.tensor.shape).toEqual([null, 3]);
    }
  });

  it("has the model's name, seed and last activation", () => {
    const network = make({ name: "mine", seed: 3, classifierActivation: "sigmoid", classes: 1 });
    expect(network.name).toBe("mine");
    expect(network.seed).toBe(3);
    expect(JSON.stringify(network.layers.at(-1)?.config)).toContain("sigmoid");
    expect(JSON.stringify(make({ classifierActivation: null }).layers.at(-1)?.config)).toContain("linear");
  });

  it("drops features of the classifier where that is asked", () => {
    const dropouts = make({ dropout: 0.25 }).layers.filter(({ type }) => type === "dropout");
    expect(dropouts.length).toBe(name.startsWith("vgg") ? 2 : 1);
    expect(dropouts[0]?.config).toMatchObject({ rate: 0.25 });
  });

  it("passes over what has no effect, as Keras does", () => {
    const options = { classes: 5, pooling: "avg", dropout: 0.5 } as const;
    const rank = make({ ...options, includeTop: false }).outputs[0]?.tensor.shape.length;
    expect(rank).toBe(2);
    expect(make(options).outputs[0]?.tensor.shape).toEqual([null, 5]);
  });

  it.each([
    [{ inputShap: [64, 64, 3] }, `${name}: unknown option "inputShap"`],
    [{ inputShape: [64, 64] }, `${name}: inputShape must be [height, width, channels]`],
    [{ inputShape: [null, 64, 64, 3] }, "The batch is not part of it."],
    [{ inputShape: 224 }, `${name}: inputShape must be [height, width, channels]`],
    [{ inputShape: [96, 96, null] }, `${name}: inputShape[2] must be a whole number from 1, received null.`],
    [{ inputShape: [96.5, 96, 3] }, `${name}: inputShape[0] must be a whole number from 1, received 96.5.`],
    [{ inputShape: [96, 96, 0] }, `${name}: inputShape[2] must be a whole number from 1, received 0.`],
    [{ classes: 0 }, `${name}: classes must be a whole number from 1, received 0.`],
    [{ classes: 2.5 }, `${name}: classes must be a whole number from 1, received 2.5.`],
    [{ pooling: "mean" }, `${name}: pooling must be "avg" or "max", received "mean".`],
    [{ includeTop: "no" }, `${name}: includeTop must be true or false, received "no".`],
    [{ width: 0 }, `${name}: width must be a number above 0 and up to 16, received 0.`],
    [{ width: 17 }, `${name}: width must be a number above 0 and up to 16, received 17.`],
    [{ width: Number.NaN }, `${name}: width must be a number above 0 and up to 16, received NaN.`],
    [{ dropout: 1 }, `${name}: dropout must be a number from 0 to below 1, received 1.`],
    [{ seed: -1 }, `${name}: seed must be a whole number from 0`],
    [{ name: 5 }, `${name}: name must be a text, received 5.`],
    [{ runtime: {} }, `${name}: runtime must be a runtime`],
    [{ classifierActivation: "softmx" }, `${name}: classifierActivation: unknown activation "softmx".`],
    [
      { includeTop: false, classifierActivation: "softmax" },
      `${name}: classifierActivation is of the classifier, which includeTop: false leaves out.`,
    ],
  ])("refuses %j", (options, message) => {
    expect(() => make(options as never)).toThrow(ImagoError);
    expect(() => make(options as never)).toThrow(message);
  });

  it("takes null for no activation without the top, as programs of Keras's do", () => {
    expect(() => make({ includeTop: false, classifierActivation: null })).not.toThrow();
  });
});

it("open sizes need a top that takes means", () => {
  expect(() => vgg16({ inputShape: [null, 64, 3] })).toThrow(
    "vgg16: inputShape must have a known height and width, for a fully connected layer reads every place, received " +
      "[?, 64, 3]. Give them, as in [224, 64, 3], or includeTop: false.",
  );
  for (const [name, make] of networks) {
    if (name.startsWith("vgg")) continue;
    expect(make({ inputShape: [null, null, 3], classes: 4 }).outputs[0]?.tensor.shape).toEqual([null, 4]);
  }
});

it("defaults without top are open sizes and three channels", () => {
  for (const [, make] of networks) {
    expect(make({ includeTop: false }).inputs[0]?.tensor.shape).toEqual([null, null, null, 3]);
  }
});

it("weights are worked out when they are asked for", () => {
  const before = process.memoryUsage().arrayBuffers;
  const network = vgg16();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  expect(network.variables.every(({ variable }) => variable.initialized)).toBe(true);
});
