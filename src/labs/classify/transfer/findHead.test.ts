import { describe, expect, it } from "vitest";
import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { conv2d } from "../../../nn/layers/convolution/conv2d.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { input } from "../../../nn/layers/core/input.js";
import { add } from "../../../nn/layers/merging/add.js";
import { batchNormalization } from "../../../nn/layers/normalization/batchNormalization.js";
import { globalAveragePooling2d } from "../../../nn/layers/pooling/globalAveragePooling2d.js";
import { flatten } from "../../../nn/layers/reshaping/flatten.js";
import { exportOnnx } from "../../../nn/models/exportOnnx.js";
import { model } from "../../../nn/models/model.js";
import { OnnxModel } from "../../../nn/models/onnxModel.js";
import { preprocessing } from "../../../vision/preprocessing.js";
import { foreignClassifier } from "../testing/drawn.js";
import { findHead } from "./findHead.js";
import { transferBase } from "./transferBase.js";

const dataFormat = "channelsFirst";
const sizes = { inputShapes: { image: [1, 3, 12, 12] } };

function classifier(head: (x: SymbolicTensor) => SymbolicTensor): OnnxModel {
  const image = input({ shape: [3, 12, 12], name: "image" });
  const features = conv2d({ filters: 8, kernelSize: 3, activation: "relu", dataFormat, name: "features" })(
    image,
  );
  return new OnnxModel(exportOnnx(model({ inputs: image, outputs: head(features) })), { name: "net.onnx" });
}

const mean = globalAveragePooling2d({ dataFormat });

describe("findHead", () => {
  it.each<[string, (x: SymbolicTensor) => SymbolicTensor, readonly number[]]>([
    ["a dense layer on means", (x) => dense({ units: 4 })(mean(x)), [1, 8]],
    ["a softmax behind it", (x) => dense({ units: 4, activation: "softmax" })(mean(x)), [1, 8]],
    ["a dense layer on every place", (x) => dense({ units: 4 })(flatten()(x)), [1, 8, 10, 10]],
    [
      "a convolution, a ReLU and a mean, as SqueezeNet's",
      (x) => mean(conv2d({ filters: 4, kernelSize: 1, activation: "relu", dataFormat })(x)),
      [1, 8, 10, 10],
    ],
    [
      "batch normalisation before it, which are features still",
      (x) => dense({ units: 4 })(mean(batchNormalization({ axis: 1 })(x))),
      [1, 8],
    ],
    [
      "two dense layers, of which the last is the head",
      (x) => dense({ units: 4 })(dense({ units: 6, activation: "relu" })(mean(x))),
      [1, 6],
    ],
  ])("cuts before %s", (_, head, shape) => {
    const found = findHead(classifier(head), sizes);
    expect(found.shape).toEqual(shape);
    expect(found.classes).toBe(4);
  });

  it("says what stands in the way, and that the place can be named", () => {
    const branches = classifier((x) => add()([dense({ units: 4 })(mean(x)), dense({ units: 4 })(mean(x))]));
    expect(() => findHead(branches, sizes)).toThrow(
      /^net\.onnx: the head of this network cannot be found: Add ".*" stands between its output \[1, 4\] and the layer before\. Name the features yourself/,
    );
    const image = input({ shape: [3, 12, 12], name: "image" });
    const two = model({ inputs: image, outputs: [mean(image), flatten()(image)] });
    expect(() => findHead(new OnnxModel(exportOnnx(two)), sizes)).toThrow(
      "it has 2 outputs, and a classifier has one",
    );
    const places = classifier((x) => conv2d({ filters: 4, kernelSize: 1, dataFormat })(x));
    expect(() => findHead(places, sizes)).toThrow(
      "it gives [1, 4, 10, 10], and a classifier gives one score for each class",
    );
    const direct = model({ inputs: image, outputs: dense({ units: 4 })(flatten()(image)) });
    expect(() => findHead(new OnnxModel(exportOnnx(direct)), sizes)).toThrow(
      "nothing stands before its only layer with weights",
    );
    const none = model({ inputs: image, outputs: mean(image) });
    expect(() => findHead(new OnnxModel(exportOnnx(none)), sizes)).toThrow(
      "no layer with weights leads to its output",
    );
  });
});

describe("transferBase", () => {
  const caffe = preprocessing({ preset: "caffe", size: 16 });
  const network = new OnnxModel(foreignClassifier(), { name: "other.onnx" });

  it("takes the size from the file, and the features before the head", () => {
    const base = transferBase(network, { preprocessing: caffe });
    expect(base).toMatchObject({ name: "other.onnx", size: [16, 16], shape: [1, 16] });
  });

  it("takes a value by its name, and names the nearest", () => {
    const names = network.activations().map(({ name }) => name);
    const cut = names.find((name) => name.includes("relu")) ?? "";
    expect(transferBase(network, { preprocessing: caffe, cut }).cut).toBe(cut);
    expect(() => transferBase(network, { preprocessing: caffe, cut: `${cut}x` })).toThrow(
      `other.onnx: there is no value "${cut}x". Did you mean "${cut}"? The last ones are: `,
    );
  });

  it("refuses a layout that is not the file's", () => {
    const last = input({ shape: [16, 16, 3], name: "image" });
    const convolved = conv2d({ filters: 4, kernelSize: 3 })(last);
    const net = model({ inputs: last, outputs: dense({ units: 2 })(globalAveragePooling2d()(convolved)) });
    const file = new OnnxModel(exportOnnx(net), { name: "last.onnx" });
    expect(() => transferBase(file, { preprocessing: caffe })).toThrow(
      /last\.onnx: its input is \[batch, 16, 16, 3\], with the channels last\. Say so to preprocessing: layout: "channelsLast"/,
    );
    const told = preprocessing({ preset: "caffe", layout: "channelsLast" });
    expect(transferBase(file, { preprocessing: told }).size).toEqual([16, 16]);
  });

  it("refuses what takes no picture, and nonsense", () => {
    const x = input({ shape: [4], name: "row" });
    const table = new OnnxModel(exportOnnx(model({ inputs: x, outputs: dense({ units: 2 })(x) })), {
      name: "table.onnx",
    });
    expect(() => transferBase(table, { preprocessing: caffe })).toThrow(
      "table.onnx: it takes row, and no picture alone.",
    );
    expect(() => transferBase(network, { preprocesing: caffe } as never)).toThrow(
      'Did you mean "preprocessing"?',
    );
    expect(() => transferBase({} as never, { preprocessing: caffe })).toThrow(
      "transferBase: model must be an ONNX model",
    );
  });
});
