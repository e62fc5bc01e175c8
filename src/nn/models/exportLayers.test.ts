import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import { sizeOf } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import * as layers from "../layers/all.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { input } from "../layers/core/input.js";
import { exportOnnx } from "./exportOnnx.js";
import { type Model, model } from "./model.js";

const runtime = testRuntime();

type Build = (x: SymbolicTensor) => SymbolicTensor;
type Kind = "steps" | "image" | "ids" | "sharp steps";

const inputs: Readonly<Record<Kind, () => SymbolicTensor>> = {
  steps: () => input({ shape: [null, 4] }),
  image: () => input({ shape: [null, null, 4] }),
  ids: () => input({ shape: [null], dtype: "int32" }),
  "sharp steps": () => input({ shape: [4, null] }),
};

interface Case {
  readonly kind: Kind;
  readonly build: Build;
  /** What `exportOnnx` says where the layer bakes a size in. */
  readonly refused?: RegExp;
}

const steps = (build: Build, refused?: RegExp): Case => ({
  kind: "steps",
  build,
  ...(refused && { refused }),
});
const image = (build: Build): Case => ({ kind: "image", build });
const ids = (build: Build): Case => ({ kind: "ids", build });

const l = layers;
/** Every layer, with what it does otherwise where that changes its graph. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  dense: [steps((x) => l.dense({ units: 3, activation: "gelu" })(x)), image((x) => l.dense({ units: 2 })(x))],
  embedding: [ids((x) => l.embedding({ inputDim: 5, outputDim: 2 })(x))],
  oneHot: [ids((x) => l.oneHot({ numTokens: 5 })(x))],
  masking: [steps((x) => l.lstm({ units: 2 })(l.masking()(x)))],
  simpleRNN: [
    steps((x) => l.simpleRNN({ units: 2 })(x)),
    steps((x) => l.simpleRNN({ units: 2, goBackwards: true, returnSequences: true })(x)),
  ],
  gru: [steps((x) => l.gru({ units: 2, resetAfter: false })(x))],
  lstm: [
    steps((x) => l.lstm({ units: 2, returnSequences: true })(x)),
    steps((x) => l.lstm({ units: 2, unroll: true })(x), /layer "lstm": it has other parts/),
  ],
  columnEmbedding: [
    ids((x) =>
      l.columnEmbedding({ levels: [0, 3, 3, 0], outputDim: 2 })(
        l.globalAveragePooling1d()(l.oneHot({ numTokens: 4 })(x)),
      ),
    ),
  ],
  maskedDense: [steps((x) => l.maskedDense({ inputDegrees: [0, 1, 1, 2], degrees: [1, 2] })(x))],
  mixtureDensity: [steps((x) => l.mixtureDensity({ components: 2, ends: true })(x))],
  softWindow: [steps((x) => l.concatenate()([...l.softWindow({ units: 2, components: 3 })([x, x])]))],
  bidirectional: [
    steps((x) =>
      l.bidirectional({ layer: l.lstm({ units: 2, returnSequences: true }), mergeMode: "sum" })(x),
    ),
  ],
  timeDistributed: [
    steps((x) => l.timeDistributed({ layer: l.dense({ units: 2 }) })(x)),
    image((x) => l.timeDistributed({ layer: l.conv1d({ filters: 2, kernelSize: 2, padding: "same" }) })(x)),
  ],
  piecewiseLinear: [
    steps((x) =>
      l.piecewiseLinear({ columns: [0, 1, 2, 3].map(() => ({ x: [-1, 0.1, 1], y: [0.2, 0.5, 1] })) })(x),
    ),
  ],
  pool: [steps((x) => l.pool()([l.softmax()(x), l.softmax()(l.dense({ units: 4 })(x))]))],
  activation: [steps((x) => l.activation({ activation: "softmax" })(x))],
  relu: [steps((x) => l.relu({ maxValue: 6, negativeSlope: 0.1, threshold: 1 })(x))],
  leakyRelu: [steps((x) => l.leakyRelu()(x))],
  prelu: [steps((x) => l.prelu({ sharedAxes: [1] })(x))],
  elu: [steps((x) => l.elu({ alpha: 2 })(x))],
  softmax: [steps((x) => l.softmax({ axis: 1 })(x)), steps((x) => l.softmax({ axis: [1, 2] })(x))],
  dropout: [steps((x) => l.dropout({ rate: 0.5 })(x))],
  spatialDropout1d: [steps((x) => l.spatialDropout1d({ rate: 0.5 })(x))],
  gaussianNoise: [steps((x) => l.gaussianNoise({ stddev: 1 })(x))],
  gaussianDropout: [steps((x) => l.gaussianDropout({ rate: 0.5 })(x))],
  alphaDropout: [steps((x) => l.alphaDropout({ rate: 0.5 })(x))],
  flatten: [steps((x) => l.flatten()(x)), image((x) => l.flatten({ dataFormat: "channelsFirst" })(x))],
  reshape: [
    steps((x) => l.reshape({ targetShape: [-1, 2] })(x)),
    image((x) => l.reshape({ targetShape: [-1, 4] })(x)),
  ],
  permute: [steps((x) => l.permute({ dims: [2, 1] })(x))],
  rescaling: [image((x) => l.rescaling({ scale: [1, 2, 3, 4], offset: -1 })(x))],
  normalization: [
    image((x) => l.normalization()(x)),
    steps((x) => l.normalization({ axis: [], mean: 1, variance: 4, invert: true })(x)),
  ],
  resizing: [
    image((x) => l.resizing({ height: 6, width: 4 })(x)),
    image((x) => l.resizing({ height: 6, width: 4, interpolation: "nearest" })(x)),
    {
      kind: "image",
      build: (x) => l.resizing({ height: 6, width: 4, cropToAspectRatio: true })(x),
      refused: /layer "resizing"/,
    },
  ],
  // Where the middle begins is no sum or product of the sizes.
  centerCrop: [
    { kind: "image", build: (x) => l.centerCrop({ height: 3, width: 2 })(x), refused: /layer "centerCrop"/ },
  ],
  randomCrop: [
    { kind: "image", build: (x) => l.randomCrop({ height: 3, width: 3 })(x), refused: /layer "randomCrop"/ },
  ],
  randomFlip: [image((x) => l.randomFlip()(x))],
  randomTranslation: [image((x) => l.randomTranslation({ heightFactor: 0.2, widthFactor: 0.2 })(x))],
  randomRotation: [image((x) => l.randomRotation({ factor: 0.2 })(x))],
  randomZoom: [image((x) => l.randomZoom({ heightFactor: 0.2 })(x))],
  randomContrast: [image((x) => l.randomContrast({ factor: 0.2 })(x))],
  randomBrightness: [image((x) => l.randomBrightness({ factor: 0.2 })(x))],
  repeatVector: [steps((x) => l.repeatVector({ n: 3 })(l.globalAveragePooling1d()(x)))],
  add: [steps((x) => l.add()([x, x]))],
  subtract: [steps((x) => l.subtract()([x, l.relu()(x)]))],
  multiply: [steps((x) => l.multiply()([x, l.globalMaxPooling1d({ keepdims: true })(x)]))],
  average: [steps((x) => l.average()([x, l.relu()(x)]))],
  maximum: [steps((x) => l.maximum()([x, l.elu()(x)]))],
  minimum: [steps((x) => l.minimum()([x, l.relu()(x)]))],
  concatenate: [steps((x) => l.concatenate({ axis: 1 })([x, x])), steps((x) => l.concatenate()([x, x]))],
  dot: [steps((x) => l.dot({ axes: [2, 2], normalize: true })([x, x]))],
  layerNormalization: [steps((x) => l.layerNormalization()(x))],
  rmsNormalization: [steps((x) => l.rmsNormalization()(x))],
  unitNormalization: [steps((x) => l.unitNormalization({ axis: 1 })(x))],
  groupNormalization: [
    steps((x) => l.groupNormalization({ groups: 2 })(x)),
    image((x) => l.groupNormalization({ groups: 2 })(x)),
  ],
  batchNormalization: [steps((x) => l.batchNormalization()(x)), image((x) => l.batchNormalization()(x))],
  multiHeadAttention: [
    steps((x) => l.multiHeadAttention({ numHeads: 2, keyDim: 3, useCausalMask: true })([x, x])),
    ids((x) => {
      const words = l.embedding({ inputDim: 5, outputDim: 4, maskZero: true })(x);
      return l.multiHeadAttention({ numHeads: 2, keyDim: 3, valueDim: 4, outputShape: 5 })([words, words]);
    }),
  ],
  globalAveragePooling1d: [
    steps((x) => l.globalAveragePooling1d({ keepdims: true })(x)),
    ids((x) => l.globalAveragePooling1d()(l.embedding({ inputDim: 5, outputDim: 2, maskZero: true })(x))),
  ],
  globalMaxPooling1d: [
    { kind: "sharp steps", build: (x) => l.globalMaxPooling1d({ dataFormat: "channelsFirst" })(x) },
  ],
  globalAveragePooling2d: [image((x) => l.globalAveragePooling2d({ keepdims: true })(x))],
  globalMaxPooling2d: [image((x) => l.globalMaxPooling2d()(x))],
  conv1d: [
    steps((x) => l.conv1d({ filters: 2, kernelSize: 3, padding: "causal", dilationRate: 2 })(x)),
    steps((x) => l.conv1d({ filters: 2, kernelSize: 3, padding: "same", strides: 2 })(x)),
    // ONNX Runtime's automatic padding is not to be trusted where windows have gaps between them.
    steps(
      (x) => l.conv1d({ filters: 2, kernelSize: 2, padding: "same", strides: 3 })(x),
      /layer "conv1d": the pads of its Conv depend on it. Give those of input "x", without the batch: shapes: { x: \[100, 4\] }/,
    ),
    steps((x) => l.conv1d({ filters: 2, kernelSize: 3, padding: "same", dilationRate: 2 })(x)),
  ],
  conv2d: [
    image((x) => l.conv2d({ filters: 4, kernelSize: [3, 1], strides: 2, groups: 2 })(x)),
    image((x) => l.conv2d({ filters: 2, kernelSize: [4, 3], strides: [3, 2], padding: "same" })(x)),
    image((x) => l.conv2d({ filters: 2, kernelSize: 1, strides: 2, padding: "same" })(x)),
  ],
  depthwiseConv1d: [steps((x) => l.depthwiseConv1d({ kernelSize: 3, padding: "same", strides: 2 })(x))],
  depthwiseConv2d: [image((x) => l.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })(x))],
  separableConv1d: [steps((x) => l.separableConv1d({ filters: 2, kernelSize: 3, padding: "same" })(x))],
  separableConv2d: [image((x) => l.separableConv2d({ filters: 2, kernelSize: 3, padding: "same" })(x))],
  conv1dTranspose: [
    steps((x) => l.conv1dTranspose({ filters: 2, kernelSize: 3, strides: 2, outputPadding: 1 })(x)),
    steps((x) => l.conv1dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: "same" })(x)),
  ],
  conv2dTranspose: [
    image((x) => l.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: "same" })(x)),
  ],
  maxPooling1d: [
    steps((x) => l.maxPooling1d({ poolSize: 3, strides: 2, padding: "same" })(x)),
    steps((x) => l.maxPooling1d({ poolSize: 2 })(x)),
  ],
  maxPooling2d: [image((x) => l.maxPooling2d({ poolSize: [2, 1], padding: "same" })(x))],
  averagePooling1d: [steps((x) => l.averagePooling1d({ padding: "same" })(x))],
  averagePooling2d: [image((x) => l.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" })(x))],
  zeroPadding1d: [steps((x) => l.zeroPadding1d({ padding: [1, 2] })(x))],
  zeroPadding2d: [image((x) => l.zeroPadding2d({ padding: [1, [0, 2]] })(x))],
  cropping1d: [steps((x) => l.cropping1d({ cropping: [1, 1] })(x))],
  cropping2d: [
    image((x) =>
      l.cropping2d({
        cropping: [
          [0, 1],
          [1, 0],
        ],
      })(x),
    ),
  ],
  upSampling1d: [steps((x) => l.upSampling1d({ size: 3 })(x))],
  upSampling2d: [image((x) => l.upSampling2d({ size: [1, 2], interpolation: "bilinear" })(x))],
};

function numbers(shape: readonly number[], dtype: string): Tensor {
  const random = new Generator(sizeOf(shape));
  if (dtype !== "int32") return new Tensor("float32", shape, random.normals(sizeOf(shape)));
  return new Tensor(
    "int32",
    shape,
    Int32Array.from({ length: sizeOf(shape) }, (_, at) => (at % 4 === 3 ? 0 : 1 + (at % 4))),
  );
}

async function check(net: Model, bytes: Uint8Array): Promise<void> {
  const session = await InferenceSession.create(bytes, {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    extra: { session: { strict_shape_type_inference: "1" } },
  });
  const trainer = await net.trainer();
  const { shape, dtype } = (net.inputs[0] as Model["inputs"][number]).tensor;
  try {
    for (const [batch, size] of [
      [1, 5],
      [3, 8],
      [2, 11],
    ] as const) {
      const filled = shape.map((one, axis) => one ?? (axis === 0 ? batch : size + axis - 1));
      const x = numbers(filled, dtype);
      const { y } = await session.run({ x: new OrtTensor(x.dtype, x.data as Float32Array, filled) });
      const [wanted] = await trainer.predict([x]);
      const found = new Tensor("float32", [...(y?.dims ?? [])], y?.data as Float32Array);
      expectClose(found, wanted as Tensor, { relative: 1e-4, absolute: 1e-5 });
    }
  } finally {
    await session.release();
    await net.dispose();
  }
}

describe("every layer in a file of open sizes", () => {
  it("is here", () => {
    expect(Object.keys(cases).sort()).toEqual(
      Object.keys(layers)
        .filter((name) => name !== "lambda")
        .sort(),
    );
  });

  const all = Object.entries(cases).flatMap(([name, list]) =>
    list.map((one, at) => [`${name} ${at} of ${one.kind}`, one] as const),
  );
  it.each(all)("%s", async (_, { kind, build, refused }) => {
    const x = inputs[kind]();
    const net = model({ inputs: { x }, outputs: { y: build(x) }, runtime }) as Model;
    if (refused !== undefined) {
      expect(() => exportOnnx(net)).toThrow(refused);
      return;
    }
    await check(net, exportOnnx(net, { dynamic: true }));
  });
});
