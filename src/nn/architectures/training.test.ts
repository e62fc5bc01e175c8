import { describe, expect, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { dense } from "../layers/core/dense.js";
import { sparseCategoricalCrossentropy } from "../losses/sparseCategoricalCrossentropy.js";
import { model } from "../models/model.js";
import { adam } from "../optimizers/adam.js";
import {
  denseNet121,
  type ImageModel,
  inceptionV3,
  mobileNetV2,
  resNet,
  smallXception,
  squeezeNet,
  vgg16,
  xception,
} from "./index.js";
import { hashedImages } from "./testing/hashed.js";

const narrow = { width: 0.125, classes: 3, classifierActivation: null } as const;
const shape = (size: number) => [size, size, 3] as const;

const families: Readonly<Record<string, () => ImageModel>> = {
  vgg16: () => vgg16({ ...narrow, inputShape: shape(32) }),
  resNet18v2: () => resNet({ ...narrow, depth: 18, version: 2, inputShape: shape(32) }),
  resNet50: () => resNet({ ...narrow, depth: 50, inputShape: shape(32) }),
  resNet20v2: () => resNet({ ...narrow, depth: 20, version: 2, inputShape: shape(16) }),
  inceptionV3: () => inceptionV3({ ...narrow, inputShape: shape(75) }),
  xception: () => xception({ ...narrow, inputShape: shape(71) }),
  mobileNetV2: () => mobileNetV2({ ...narrow, width: 0.25, inputShape: shape(32) }),
  // Its last layers alone: the gradient of all 120 takes long to prepare.
  denseNet121: () => thawedFrom(denseNet121({ ...narrow, inputShape: shape(32) }), "conv5_block9_0_bn"),
  squeezeNet: () => squeezeNet({ ...narrow, version: "1.1", inputShape: shape(33) }),
};

/** Frozen up to a layer. */
function thawedFrom(network: ImageModel, name: string): ImageModel {
  const first = network.layers.indexOf(network.getLayer(name));
  network.layers.forEach((layer, at) => {
    layer.trainable = at >= first;
  });
  return network;
}

/** Four images and their classes. */
function batchFor(network: ImageModel): [Tensor, Tensor] {
  const size = network.inputs[0]?.tensor.shape.slice(1) as number[];
  return [hashedImages([4, ...size]), new Tensor("int32", [4], Int32Array.of(0, 1, 2, 1))];
}

const loss = sparseCategoricalCrossentropy({ fromLogits: true });

function changedBy(network: ImageModel, before: ReadonlyMap<string, Tensor>): readonly string[] {
  return network.variables
    .filter(({ path, variable }) => {
      const was = before.get(path) as Tensor;
      return was.data.some((element, at) => element !== variable.value.data[at]);
    })
    .map(({ path }) => path);
}

const valuesOf = (network: ImageModel): ReadonlyMap<string, Tensor> =>
  new Map(network.variables.map(({ path, variable }) => [path, variable.value.clone()]));

describe.each(Object.entries(families))("%s", (_, make) => {
  it("has a gradient at every kernel", async () => {
    const network = make();
    network.compile({ optimizer: adam({ learningRate: 1e-3 }), loss });
    const before = valuesOf(network);
    const [x, y] = batchFor(network);
    const logs = await network.trainOnBatch(x as never, y as never);
    expect(logs.loss).toBeGreaterThan(0);
    expect(Number.isFinite(logs.loss)).toBe(true);
    const changed = new Set(changedBy(network, before));
    const kernels = network.variables.filter(
      ({ variable, trainable }) => trainable && /kernel/i.test(variable.name),
    );
    expect(kernels.length).toBeGreaterThan(8);
    expect(kernels.filter(({ path }) => !changed.has(path)).map(({ path }) => path)).toEqual([]);
    const all = network.variables.every(({ variable }) => variable.value.data.every(Number.isFinite));
    expect(all).toBe(true);
    await network.dispose();
  });
});

/** Images whose class is the channel in which they are bright. */
function learnable(size: number): [Tensor, Tensor] {
  const images = hashedImages([24, size, size, 3]);
  const classes = new Tensor("int32", [24], new Int32Array(24));
  for (let image = 0; image < 24; image++) {
    classes.data[image] = image % 3;
    for (let at = 0; at < size * size * 3; at++) {
      const place = image * size * size * 3 + at;
      if (at % 3 === image % 3) images.data[place] = Number(images.data[place]) + 2;
    }
  }
  return [images, classes];
}

describe("learns", () => {
  it.each([
    ["resNet 20", () => resNet({ depth: 20, width: 0.5, classes: 3, inputShape: shape(12) }), 12],
    ["smallXception", () => smallXception({ classes: 3, inputShape: shape(32) }), 32],
  ] as const)("%s: the loss falls", async (_, make, size) => {
    const network = make();
    network.compile({ optimizer: adam({ learningRate: 5e-3 }), loss: "sparseCategoricalCrossentropy" });
    const [x, y] = learnable(size);
    const history = await network.fit(x as never, y as never, { epochs: 16, batchSize: 24, shuffle: false });
    const losses = history.history.loss as readonly number[];
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)).toBeLessThan(0.85 * (losses[0] as number));
    await network.dispose();
  });
});

describe("frozen", () => {
  it("a network keeps all its weights and statistics, and computes in training as elsewhere", async () => {
    const base = mobileNetV2({ width: 0.25, includeTop: false, pooling: "avg", inputShape: shape(32) });
    for (const layer of base.layers) layer.trainable = false;
    const features = base.outputs[0]?.tensor as NonNullable<(typeof base.outputs)[0]>["tensor"];
    const image = base.inputs[0]?.tensor as typeof features;
    const tuned = model({ inputs: image, outputs: dense({ units: 3, name: "answer" })(features) });
    // Without steps to speak of: the loss of a step is then that outside of training, dropout and batches' statistics apart.
    tuned.compile({ optimizer: adam({ learningRate: 1e-12 }), loss });
    const before = valuesOf(base);
    const [x, y] = batchFor(base);
    const outside = await tuned.evaluate(x as never, y as never);
    const logs = await tuned.trainOnBatch(x as never, y as never);
    expect(logs.loss).toBeCloseTo(outside.loss as number, 6);
    tuned.compile({ optimizer: adam({ learningRate: 0.1 }), loss });
    await tuned.trainOnBatch(x as never, y as never);
    expect(changedBy(base, before)).toEqual([]);
    const answer = tuned.getLayer("answer").getWeights()[0];
    expect(answer?.data.some((element) => Math.abs(element as number) > 0.05)).toBe(true);
    await tuned.dispose();
  });
});
