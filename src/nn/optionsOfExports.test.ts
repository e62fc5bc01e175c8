import { describe, expect, it } from "vitest";
import { ImagoError } from "../engine/errors.js";
import type { Value } from "../engine/graph/graph.js";
import * as activations from "./activations/index.js";
import * as architectures from "./architectures/index.js";
import * as callbacks from "./callbacks/index.js";
import * as constraints from "./constraints/index.js";
import { exportOnnxFile } from "./files/exportOnnxFile.js";
import { loadModel } from "./files/loadModel.js";
import { saveModel } from "./files/saveModel.js";
import * as initializers from "./initializers/index.js";
import * as layers from "./layers/index.js";
import * as losses from "./losses/index.js";
import * as metrics from "./metrics/index.js";
import { exportOnnx } from "./models/exportOnnx.js";
import { model } from "./models/model.js";
import { OnnxModel } from "./models/onnxModel.js";
import { sequential } from "./models/sequential.js";
import * as optimizers from "./optimizers/index.js";
import * as schedules from "./optimizers/schedules/index.js";
import * as regularizers from "./regularizers/index.js";

/** Calls a function with something in the place of its options. */
type Call = (options: never) => unknown;

const spaces: Readonly<Record<string, object>> = {
  architectures,
  layers,
  losses,
  metrics,
  optimizers,
  schedules,
  initializers,
  regularizers,
  constraints,
  activations,
  callbacks,
};

/** Take no options: names that something is made of, functions, classes. */
const without = new Set([
  "architectures.loadWeights",
  "losses.loss",
  "metrics.metric",
  "optimizers.optimizer",
  "schedules.schedule",
  "initializers.initializer",
  "regularizers.regularizer",
  "constraints.constraint",
  "activations.activation",
  "layers.Layer",
  "layers.SymbolicTensor",
  "layers.multiOutputFunction",
  "callbacks.learningRateScheduler",
  "callbacks.stopOnNonFinite",
]);

/** Take something before their options; all others take options alone. */
const behind: Readonly<Record<string, Call>> = {
  "layers.lambda": (options) => layers.lambda(([x]) => x as Value, options),
  "layers.layerMaker": (options) => layers.layerMaker(Plain, options),
  "layers.readLayerOptions": (options) => layers.readLayerOptions("mine", options, {}),
  "losses.lossFrom": (options) => losses.lossFrom("mine", (_, prediction) => prediction, options),
  "metrics.lossMetric": (options) => metrics.lossMetric(losses.hinge(), options),
  "optimizers.lbfgs": (options) => minimise(options),
  "callbacks.csvFileLogger": (options) => callbacks.csvFileLogger("log.csv", options),
  "callbacks.jsonLinesFileLogger": (options) => callbacks.jsonLinesFileLogger("log.jsonl", options),
  "callbacks.timeLimit": (options) => callbacks.timeLimit(1, options),
};

class Plain extends layers.Layer {
  readonly type = "plain";
  readonly config = {};

  call([x]: readonly [Value]): Value {
    return x;
  }
}

/** Options are read with the first step. */
function minimise(options: never): unknown {
  const flat = () => ({ loss: 0, gradient: new Float32Array(1) });
  return optimizers.lbfgs(new Float32Array(1), flat, options).next();
}

const exported = Object.entries(spaces).flatMap(([space, functions]) =>
  Object.entries(functions)
    .map(([name, made]: [string, Call]) => [`${space}.${name}`, made] as const)
    .filter(([name]) => !without.has(name))
    .map(([name, made]) => [name, behind[name] ?? made] as const),
);

const net = sequential([{ inputShape: [2] }, layers.dense({ units: 1 })]);
net.compile({ loss: "mse" });
const [x, y] = [[[1, 2]], [[3]]];
const file = new OnnxModel(exportOnnx(net));

const methods: readonly (readonly [string, Call])[] = [
  ["model", (options) => model(options)],
  ["sequential", (options) => sequential(options)],
  ["compile", (options) => net.compile(options)],
  ["fit", (options) => net.fit(x, y, options)],
  ["fit of a source", (options) => net.fit(() => [[x, y]], options)],
  ["evaluate", (options) => net.evaluate(x, y, options)],
  ["predict", (options) => net.predict(x, options)],
  ["trainOnBatch", (options) => net.trainOnBatch(x, y, options)],
  ["asLayer", (options) => net.asLayer(options)],
  ["exportOnnx", (options) => exportOnnx(net, options)],
  ["exportOnnxFile", (options) => exportOnnxFile(net, "net.onnx", options)],
  ["saveModel", (options) => saveModel(net, "net", options)],
  ["loadWeights", (options) => architectures.loadWeights(net, "net.onnx", options)],
  ["loadModel", (options) => loadModel("net", options)],
  ["OnnxModel", (options) => new OnnxModel(file.bytes, options)],
  ["OnnxModel.read", (options) => file.read(options)],
  ["OnnxModel.activations", (options) => file.activations(options)],
  ["OnnxModel.asLayer", (options) => file.asLayer(options)],
];

/** The first option that each needs; all others may be called without options. */
const needed: Readonly<Record<string, string>> = {
  "layers.input": "shape",
  "layers.activation": "activation",
  "layers.multiHeadAttention": "numHeads",
  "layers.piecewiseLinear": "columns",
  "layers.conv1d": "filters",
  "layers.conv1dTranspose": "filters",
  "layers.conv2d": "filters",
  "layers.conv2dTranspose": "filters",
  "layers.depthwiseConv1d": "kernelSize",
  "layers.depthwiseConv2d": "kernelSize",
  "layers.separableConv1d": "filters",
  "layers.separableConv2d": "filters",
  "layers.rescaling": "scale",
  "layers.resizing": "height",
  "layers.centerCrop": "height",
  "layers.randomCrop": "height",
  "layers.randomBrightness": "factor",
  "layers.randomContrast": "factor",
  "layers.randomRotation": "factor",
  "layers.randomTranslation": "heightFactor",
  "layers.randomZoom": "heightFactor",
  "layers.dense": "units",
  "layers.embedding": "inputDim",
  "layers.oneHot": "numTokens",
  "layers.dot": "axes",
  "layers.bidirectional": "layer",
  "layers.gru": "units",
  "layers.lstm": "units",
  "layers.simpleRNN": "units",
  "layers.columnEmbedding": "levels",
  "layers.maskedDense": "inputDegrees",
  "layers.softWindow": "units",
  "layers.timeDistributed": "layer",
  "layers.alphaDropout": "rate",
  "layers.dropout": "rate",
  "layers.gaussianDropout": "rate",
  "layers.gaussianNoise": "stddev",
  "layers.spatialDropout1d": "rate",
  "layers.permute": "dims",
  "layers.repeatVector": "n",
  "layers.reshape": "targetShape",
  "metrics.iou": "targetClassIds",
  "metrics.meanIoU": "numClasses",
  "schedules.constant": "learningRate",
  "schedules.oneCycle": "maxLearningRate",
  "schedules.cosineDecay": "initialLearningRate",
  "schedules.cosineDecayRestarts": "initialLearningRate",
  "schedules.exponentialDecay": "initialLearningRate",
  "schedules.inverseTimeDecay": "initialLearningRate",
  "schedules.piecewiseConstantDecay": "boundaries",
  "schedules.polynomialDecay": "initialLearningRate",
  "callbacks.csvLogger": "append",
  "callbacks.modelCheckpoint": "folder",
  "callbacks.jsonLinesLogger": "append",
  "callbacks.progressBar": "write",
  model: "inputs",
  sequential: "layers",
  compile: "loss",
};

async function errorOf(call: Call, options: unknown): Promise<unknown> {
  try {
    await call(options as never);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("in the place of options", () => {
  it.each([...exported, ...methods])("%s takes nothing but an object", async (name, call) => {
    for (const [given, shown] of [
      [null, "null"],
      [5, "5"],
      ["x", '"x"'],
      [[], "[]"],
    ] as const) {
      // Its layers alone serve in the place of its options.
      if (name === "sequential" && Array.isArray(given)) continue;
      const error = await errorOf(call, given);
      expect(error).toBeInstanceOf(ImagoError);
      expect(String(error)).toContain(`options must be an object, received ${shown}.`);
    }
  });

  it.each([...exported, ...methods.slice(0, 3)])("%s says what it needs", async (name, call) => {
    const error = await errorOf(call, undefined);
    const option = needed[name];
    if (option === undefined) expect(error).toBeUndefined();
    else expect(String(error)).toMatch(new RegExp(`^ImagoError: .*: ${option} is required: .`));
  });
});
