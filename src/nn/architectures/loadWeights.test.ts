import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeSafetensors } from "../../engine/formats/safetensors.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { saveModel } from "../files/saveModel.js";
import { exportOnnx } from "../models/exportOnnx.js";
import type { Model } from "../models/model.js";
import { weightsOf } from "../models/serialize.js";
import * as architectures from "./index.js";
import { fillHashed } from "./testing/hashed.js";
import {
  type Dictionary,
  dataOf,
  dictionaries,
  dictionaryFor,
  type Exported,
  exported,
  exportedFile,
} from "./testing/torchGoldens.js";

const {
  loadWeights,
  resNet,
  vgg16,
  mobileNetV2,
  smallXception,
  squeezeNet,
  inceptionV3,
  denseNet121,
  xception,
} = architectures;

const folder = mkdtempSync(join(tmpdir(), "imago-weights-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, tensors: Readonly<Record<string, Tensor>>): string {
  const path = join(folder, name);
  writeFileSync(path, writeSafetensors(tensors));
  return path;
}

/** Writes an exported file with what it looks for beside it. */
function writeExported(name: string): string {
  const golden = exported.find(({ file }) => file === name) as Exported;
  const path = join(folder, `${name}.onnx`);
  writeFileSync(path, exportedFile(golden));
  writeFileSync(join(folder, `${name}.bin`), dataOf(golden));
  return path;
}

const shape = [32, 32, 3] as const;
const small = { width: 0.125, classes: 5, inputShape: shape } as const;
const large = { ...small, inputShape: [76, 80, 3] } as const;

const makers: Readonly<Record<string, (seed: number) => architectures.ImageModel>> = {
  resNet18: (seed) => resNet({ ...small, seed, depth: 18 }),
  resNet50v2: (seed) => resNet({ ...small, seed, depth: 50, version: 2 }),
  resNet20: (seed) => resNet({ ...small, seed, depth: 20 }),
  vgg16: (seed) => vgg16({ ...small, seed }),
  mobileNetV2: (seed) => mobileNetV2({ ...small, seed, width: 0.25 }),
  denseNet121: (seed) => denseNet121({ ...small, seed }),
  smallXception: (seed) => smallXception({ ...small, seed }),
  squeezeNet: (seed) => squeezeNet({ ...small, seed }),
  inceptionV3: (seed) => inceptionV3({ ...large, seed }),
  xception: (seed) => xception({ ...large, seed }),
};

describe.each(Object.entries(makers))("%s of ours", (name, make) => {
  const given = make(1);
  fillHashed(given);
  const equal = (network: Model): void => {
    const [a, b] = [weightsOf(given), weightsOf(network)];
    expect(Object.keys(b)).toEqual(Object.keys(a));
    // Bytes as a whole: one by one takes the test library seconds.
    const changed = Object.entries(a).filter(
      ([path, { bytes }]) => Buffer.compare(b[path]?.bytes as Uint8Array, bytes) !== 0,
    );
    expect(changed.map(([path]) => path)).toEqual([]);
  };

  it("comes back from safetensors", async () => {
    const network = make(2);
    const path = write(`${name}-own.safetensors`, weightsOf(given));
    const result = await loadWeights(network, path);
    expect(result.by).toBe("names");
    expect(result.kept).toEqual([]);
    equal(network);
  });

  it("comes back from ONNX", async () => {
    const network = make(3);
    const path = join(folder, `${name}-own.onnx`);
    writeFileSync(path, exportOnnx(given));
    const result = await loadWeights(network, path);
    expect(result.by).toBe("names");
    expect([result.kept, result.unused]).toEqual([[], []]);
    equal(network);
  });
});

/** Weights as they are, to see that none was set. */
function untouched(network: Model): () => void {
  const before = weightsOf(network);
  return () => {
    const after = weightsOf(network);
    expect(Object.keys(before).filter((path) => before[path] !== after[path])).toEqual([]);
  };
}

async function refusal(
  network: Model,
  path: string,
  options?: architectures.LoadWeightsOptions,
): Promise<string> {
  const check = untouched(network);
  let message = "nothing was refused";
  await loadWeights(network, path, options).catch((error: Error) => {
    message = error.message;
  });
  check();
  return message;
}

describe("loadWeights", () => {
  const tiny = { width: 0.125, inputShape: shape, depth: 20 } as const;

  it("reads the folder of a saved model", async () => {
    const network = smallXception({ ...small, seed: 5 });
    await saveModel(network as never, join(folder, "saved"));
    const other = smallXception({ ...small, seed: 6 });
    await loadWeights(other, join(folder, "saved", "weights.safetensors"));
    expect(Object.values(weightsOf(other)).map(({ data }) => data[0])).toEqual(
      Object.values(weightsOf(network)).map(({ data }) => data[0]),
    );
  });

  it("leaves out a classifier of other classes", async () => {
    const path = write("ten.safetensors", weightsOf(resNet({ ...tiny, classes: 10 })));
    const network = resNet({ ...tiny, classes: 3, seed: 1 });
    expect(await refusal(network, path)).toBe(
      `${path}: weight "predictions/kernel": expected float32[8, 3], found float32[8, 10] in "predictions/kernel" (and 1 more do not ` +
        "fit). Make the network with the options that the file's was made with; give skip for layers that are to keep their weights, " +
        'as skip: ["predictions"] for another classifier; or partial: true to take what fits.',
    );
    const result = await loadWeights(network, path, { skip: "predictions" });
    expect(result.kept).toEqual(["predictions/kernel", "predictions/bias"]);
    expect(result.unused).toEqual([]);
    const again = await loadWeights(network, path, { partial: true });
    expect(again.kept).toEqual(["predictions/kernel", "predictions/bias"]);
    expect(again.unused).toEqual(["predictions/kernel", "predictions/bias"]);
  });

  it("gives features the weights of a network with its classifier, and the other way round", async () => {
    const whole = resNet({ ...tiny, classes: 10 });
    const features = resNet({ ...tiny, includeTop: false, seed: 1 });
    const path = write("whole.safetensors", weightsOf(whole));
    expect(await refusal(features, path)).toContain(
      'nothing takes "predictions/bias", "predictions/kernel".',
    );
    expect((await loadWeights(features, path, { skip: "predictions" })).kept).toEqual([]);
    const back = write("features.safetensors", weightsOf(features));
    expect(await refusal(whole, back)).toContain(
      'it has nothing for "predictions/kernel", "predictions/bias".',
    );
    expect((await loadWeights(whole, back, { skip: ["predictions"] })).loaded.length).toBe(
      features.variables.length,
    );
  });

  it("does so from PyTorch's dictionaries and files too", async () => {
    const golden = dictionaries.find(({ network }) => network === "squeezenet1_1") as Dictionary;
    const path = write("torch-head.safetensors", dictionaryFor(golden));
    const options = { version: "1.1", inputShape: [35, 35, 3] } as const;
    const other = squeezeNet({ ...options, classes: 3 });
    expect(await refusal(other, path)).toContain('weight "conv10/kernel": expected float32[1, 1, 512, 3]');
    expect((await loadWeights(other, path, { skip: "conv10" })).kept).toEqual([
      "conv10/kernel",
      "conv10/bias",
    ]);
    const bare = squeezeNet({ ...options, includeTop: false });
    expect((await loadWeights(bare, path, { skip: "conv10" })).unused).toEqual([]);
    const file = writeExported("squeezenet1_1");
    expect(await refusal(bare, file)).toContain("its graph has another structure: 26 conv");
    expect((await loadWeights(bare, file, { skip: "conv10" })).kept).toEqual([]);
    expect(await refusal(other, file)).toContain('weight "conv10/kernel": expected float32[1, 1, 512, 3]');
    expect((await loadWeights(other, file, { skip: "conv10" })).kept.length).toBe(2);
  });

  it("asks for PyTorch's form of a network", async () => {
    const golden = dictionaries.find(({ network }) => network === "mobilenet_v2_narrow") as Dictionary;
    const path = write("torch-mobile.safetensors", dictionaryFor(golden));
    const network = mobileNetV2({ width: 0.35, classes: 10, inputShape: shape });
    expect(await refusal(network, path)).toBe(
      `${path}: it has PyTorch's names, and "bn_Conv1" of the model has epsilon 0.001 where PyTorch has 1e-5. ` +
        'Make the network with variant: "torch", which computes as torchvision\'s does.',
    );
  });

  it("says which names are missing and left, with the nearest", async () => {
    const network = smallXception(small);
    const { "dense/kernel": kernel, ...rest } = weightsOf(network);
    const path = write("typo.safetensors", { ...rest, "dense/kernl": kernel as Tensor });
    expect(await refusal(network, path)).toBe(
      `${path}: it has nothing for "dense/kernel". It has, and nothing takes: "dense/kernl". ` +
        'Is "dense/kernl" meant for "dense/kernel"?',
    );
    expect((await loadWeights(network, path, { partial: true })).kept).toEqual(["dense/kernel"]);
  });

  it("refuses a file of another network, whatever is let pass", async () => {
    const path = write("other.safetensors", { a: Tensor.zeros([2]), b: Tensor.zeros([3, 4]) });
    const network = smallXception(small);
    const message = `${path}: no name in it is that of a weight of the model, such as "separable_conv2d/depthwiseKernel"`;
    expect(await refusal(network, path)).toContain(message);
    expect(await refusal(network, path, { partial: true })).toContain('It has "a", "b".');
    expect(await refusal(network, write("empty.safetensors", {}))).toContain("It has no tensors.");
    const misfit = write("misfit.safetensors", { "dense/kernel": Tensor.zeros([2]) });
    expect(await refusal(network, misfit, { partial: true })).toContain("it has no tensor that fits");
  });

  it("refuses another structure, whose names say nothing", async () => {
    const path = writeExported("vgg16_narrow-dynamo");
    expect(await refusal(architectures.vgg19({ ...small, inputShape: [64, 64, 3] }), path)).toContain(
      "its graph has another structure: 13 conv, 0 depthwise, 3 dense, 0 norm, 0 add, 0 concat; the model has 16 conv",
    );
    expect(
      await refusal(vgg16({ ...small, classes: 10, inputShape: [64, 64, 3], width: 0.25 }), path),
    ).toContain(
      'weight "block1_conv1/kernel": expected float32[3, 3, 3, 16], found float32[3, 3, 3, 8] in "features.0.weight"',
    );
  });

  it.each([
    ["x.pth", '.safetensors or .onnx file, received "x.pth". In Python, safetensors.torch.save_file'],
    [
      "x.h5",
      '.safetensors or .onnx file, received "x.h5". In a folder that saveModel wrote it is weights.safetensors.',
    ],
    ["none.safetensors", "Cannot read none.safetensors: there is no such"],
    [5, "loadWeights: path must be the path of a file, received 5."],
  ])("refuses %j", async (path, message) => {
    expect(await refusal(smallXception(small), path as string)).toContain(message);
  });

  it("refuses wrong options", async () => {
    const network = smallXception(small);
    expect(await refusal(network, "x.onnx", { skip: 5 } as never)).toContain(
      "loadWeights: skip must be the name of a layer or an array of names, received 5.",
    );
    expect(await refusal(network, "x.onnx", { skp: "a" } as never)).toContain('Did you mean "skip"');
    await expect(loadWeights(null as never, "x.onnx")).rejects.toThrow("loadWeights: model must be a model");
  });
});
