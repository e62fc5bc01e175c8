import { describe, expect, it } from "vitest";
import type { DType } from "../../engine/tensor/dtype.js";
import { Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import * as losses from "../losses/all.js";
import { model } from "../models/model.js";
import { stepGraph } from "../training/stepGraph.js";
import type { LayerFunction } from "./base/layer.js";
import type { SymbolicTensor } from "./base/symbolic.js";
import * as layers from "./index.js";
import { layerTypes } from "./table.js";

const runtime = testRuntime();
const { dense, flatten, input } = layers;

interface Case {
  readonly make: () => LayerFunction;
  readonly shape: readonly number[];
  readonly inputs?: number;
}

const vector = (make: () => LayerFunction, inputs = 1): Case => ({ make, shape: [3], inputs });
const steps = (make: () => LayerFunction, inputs = 1): Case => ({ make, shape: [4, 3], inputs });
const image = (make: () => LayerFunction): Case => ({ make, shape: [6, 6, 2] });

/** An example of every layer that computes with the values of its input. */
const cases: Readonly<Record<string, Case>> = {
  dense: vector(() => dense({ units: 2 })),
  masking: steps(() => layers.masking({ maskValue: 1 })),
  simpleRNN: steps(() => layers.simpleRNN({ units: 2 })),
  gru: steps(() => layers.gru({ units: 2 })),
  lstm: steps(() => layers.lstm({ units: 2 })),
  columnEmbedding: vector(() => layers.columnEmbedding({ levels: [0, 2, 0], outputDim: 2 })),
  maskedDense: steps(() => layers.maskedDense({ inputDegrees: [0, 1, 1], degrees: [1, 2] })),
  mixtureDensity: steps(() => layers.mixtureDensity({ components: 2 })),
  softWindow: steps(() => {
    const window = layers.softWindow({ units: 2 });
    return Object.assign((x: Parameters<typeof window>[0]) => window(x)[0] as SymbolicTensor, window);
  }, 2),
  bidirectional: steps(() => layers.bidirectional({ layer: layers.lstm({ units: 2 }) })),
  timeDistributed: steps(() => layers.timeDistributed({ layer: dense({ units: 2 }) })),
  activation: vector(() => layers.activation({ activation: "tanh" })),
  relu: vector(() => layers.relu({ negativeSlope: 0.1, maxValue: 1.5 })),
  leakyRelu: vector(() => layers.leakyRelu()),
  prelu: vector(() => layers.prelu()),
  elu: vector(() => layers.elu()),
  softmax: vector(() => layers.softmax()),
  dropout: vector(() => layers.dropout({ rate: 0.5 })),
  spatialDropout1d: steps(() => layers.spatialDropout1d({ rate: 0.5 })),
  gaussianNoise: vector(() => layers.gaussianNoise({ stddev: 1 })),
  gaussianDropout: vector(() => layers.gaussianDropout({ rate: 0.5 })),
  alphaDropout: vector(() => layers.alphaDropout({ rate: 0.5 })),
  flatten: steps(() => layers.flatten()),
  reshape: steps(() => layers.reshape({ targetShape: [-1, 2] })),
  permute: steps(() => layers.permute({ dims: [2, 1] })),
  repeatVector: vector(() => layers.repeatVector({ n: 2 })),
  add: vector(() => layers.add(), 2),
  subtract: vector(() => layers.subtract(), 2),
  multiply: vector(() => layers.multiply(), 2),
  average: vector(() => layers.average(), 2),
  maximum: vector(() => layers.maximum(), 2),
  minimum: vector(() => layers.minimum(), 2),
  concatenate: vector(() => layers.concatenate(), 2),
  dot: vector(() => layers.dot({ axes: 1 }), 2),
  pool: vector(() => layers.pool({ of: "values" }), 2),
  layerNormalization: vector(() => layers.layerNormalization()),
  rmsNormalization: vector(() => layers.rmsNormalization()),
  unitNormalization: vector(() => layers.unitNormalization()),
  groupNormalization: vector(() => layers.groupNormalization({ groups: 1 })),
  batchNormalization: vector(() => layers.batchNormalization()),
  multiHeadAttention: steps(() => layers.multiHeadAttention({ numHeads: 1, keyDim: 2 }), 2),
  globalAveragePooling1d: steps(() => layers.globalAveragePooling1d()),
  globalMaxPooling1d: steps(() => layers.globalMaxPooling1d()),
  globalAveragePooling2d: image(() => layers.globalAveragePooling2d()),
  globalMaxPooling2d: image(() => layers.globalMaxPooling2d()),
  conv1d: steps(() => layers.conv1d({ filters: 2, kernelSize: 2 })),
  conv2d: image(() => layers.conv2d({ filters: 2, kernelSize: 2 })),
  depthwiseConv1d: steps(() => layers.depthwiseConv1d({ kernelSize: 2 })),
  depthwiseConv2d: image(() => layers.depthwiseConv2d({ kernelSize: 2 })),
  separableConv1d: steps(() => layers.separableConv1d({ filters: 2, kernelSize: 2 })),
  separableConv2d: image(() => layers.separableConv2d({ filters: 2, kernelSize: 2 })),
  conv1dTranspose: steps(() => layers.conv1dTranspose({ filters: 2, kernelSize: 2 })),
  conv2dTranspose: image(() => layers.conv2dTranspose({ filters: 2, kernelSize: 2 })),
  maxPooling1d: steps(() => layers.maxPooling1d()),
  maxPooling2d: image(() => layers.maxPooling2d()),
  averagePooling1d: steps(() => layers.averagePooling1d()),
  averagePooling2d: image(() => layers.averagePooling2d()),
  rescaling: vector(() => layers.rescaling({ scale: 1 / 255, offset: -1 })),
  normalization: vector(() => layers.normalization({ mean: 1, variance: 4 })),
  resizing: image(() => layers.resizing({ height: 3, width: 4 })),
  centerCrop: image(() => layers.centerCrop({ height: 3, width: 4 })),
  randomCrop: image(() => layers.randomCrop({ height: 3, width: 4 })),
  randomFlip: image(() => layers.randomFlip()),
  randomTranslation: image(() => layers.randomTranslation({ heightFactor: 0.2, widthFactor: 0.2 })),
  randomRotation: image(() => layers.randomRotation({ factor: 0.2 })),
  randomZoom: image(() => layers.randomZoom({ heightFactor: 0.2 })),
  randomContrast: image(() => layers.randomContrast({ factor: 0.2 })),
  randomBrightness: image(() => layers.randomBrightness({ factor: 0.2 })),
  zeroPadding1d: steps(() => layers.zeroPadding1d()),
  zeroPadding2d: image(() => layers.zeroPadding2d()),
  cropping1d: steps(() => layers.cropping1d()),
  cropping2d: image(() => layers.cropping2d()),
  upSampling1d: steps(() => layers.upSampling1d()),
  upSampling2d: image(() => layers.upSampling2d({ interpolation: "bilinear" })),
};

/** Those that take ids, another program's graph, or floating-point numbers alone, and say so. */
const others = ["input", "embedding", "oneHot", "onnx", "piecewiseLinear"];

const dtypes = ["uint8", "int32", "int64", "bool", "float64"] as const;

/** Values, and the loss of a step that trains, of a layer on numbers of a type. */
async function outcome({ make, shape, inputs: count = 1 }: Case, dtype: DType, top: number) {
  const inputs = Array.from({ length: count }, () => input({ shape, dtype }));
  const y = make()((count === 1 ? inputs[0] : inputs) as SymbolicTensor);
  const size = shape.reduce((product, each) => product * each, 2);
  const data = inputs.map((_, index) => {
    const values = Float32Array.from({ length: size }, (_, at) => (at * (7 + index)) % (top + 1));
    return new Tensor("float32", [2, ...shape], values).cast(dtype);
  });
  const plain = model({ inputs, outputs: [y], seed: 3, runtime });
  const [made] = (await plain.predict(data as never)) as never as readonly Tensor[];
  const flat = y.shape.length > 2 ? flatten()(y) : y;
  const net = model({ inputs, outputs: dense({ units: 1, name: "out" })(flat), seed: 3, runtime });
  net.compile({ optimizer: "sgd", loss: "mse" });
  const { loss } = await net.trainOnBatch(data as never, [1, 2] as never);
  return { values: toNumbers(made as Tensor), loss };
}

describe("numbers of every type give what they give as float32", () => {
  it("in every layer", () => {
    expect(new Set([...Object.keys(cases), ...others])).toEqual(new Set(Object.keys(layerTypes)));
  });

  describe.each(Object.keys(cases))("%s", (name) => {
    const one = cases[name] as Case;
    const expected: Record<number, ReturnType<typeof outcome>> = {};
    it.each(dtypes.filter((dtype) => dtype !== "bool" || name !== "multiHeadAttention"))(
      "%s",
      async (dtype) => {
        // Large enough that sums of bytes would be beyond a byte.
        const top = dtype === "bool" ? 1 : 200;
        expected[top] ??= outcome(one, "float32", top);
        const wanted = await expected[top];
        const ours = await outcome(one, dtype, top);
        expect(Array.from(ours.values)).toEqual(Array.from(wanted.values));
        expect(ours.loss).toBe(wanted.loss);
        expect(Number.isFinite(wanted.loss)).toBe(true);
      },
    );
  });
});

describe("losses and metrics of outputs of every type", () => {
  // The one for pen strokes reads no scores.
  const names = Object.keys(losses).filter((name) => name !== "mixtureDensityLoss") as "mse"[];
  it.each(names)("%s", async (loss) => {
    const figures = async (dtype: DType) => {
      const x = input({ shape: [3], dtype });
      const net = model({ inputs: x, outputs: flatten()(x), runtime });
      const sparse = loss.startsWith("sparse");
      net.compile({ loss, metrics: sparse ? ["sparseCategoricalAccuracy"] : ["mae", "accuracy"] });
      const data = new Tensor("float32", [2, 3], Float32Array.of(1, 0, 1, 0, 1, 1)).cast(dtype);
      const targets = sparse
        ? [0, 2]
        : [
            [0, 1, 0],
            [1, 0, 0],
          ];
      return net.evaluate(data, targets as never);
    };
    const wanted = await figures("float32");
    for (const dtype of dtypes) expect(await figures(dtype), dtype).toEqual(wanted);
  });
});

describe("what is no symbolic tensor is refused in the layer's words", () => {
  it.each(Object.keys(cases))("%s", (name) => {
    const one = (cases[name] as Case).make();
    for (const given of [undefined, null, 3, "x", { query: 1 }, [3], [[1]], new Float32Array(3)]) {
      expect(() => one(given as never)).toThrow(
        /^\w+: expected symbolic tensors, as input\(\) and layers make them/,
      );
    }
  });
});

it("float32 is not cast, so that a loss still sees the logits behind a softmax", () => {
  const x = input({ shape: [3] });
  const net = model({ inputs: x, outputs: layers.softmax()(dense({ units: 2 })(x)), runtime });
  net.compile({ optimizer: "sgd", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const { functional, variables, compiled } = net;
  const { graph } = stepGraph({ functional, variables, ...compiled }, "train", {
    inputs: [{ dtype: "float32", shape: [2, 3] }],
    targets: [{ dtype: "float32", shape: [2, 2] }],
    weights: [undefined],
  });
  const kinds = graph.nodes.map(({ operator }) => operator.type);
  expect(kinds).toContain("LogSoftmax");
  const casts = graph.nodes.filter(
    ({ operator, inputs, outputs }) => operator.type === "Cast" && inputs[0]?.dtype === outputs[0]?.dtype,
  );
  expect(casts).toEqual([]);
});

describe("inputs of several types", () => {
  const merged = async (make: () => LayerFunction, types: readonly [DType, DType]) => {
    const inputs = types.map((dtype) => input({ shape: [2], dtype }));
    const net = model({ inputs, outputs: [make()(inputs)], runtime });
    const data = types.map((dtype, index) =>
      new Tensor("float32", [1, 2], Float32Array.of(200 + index, 100)).cast(dtype),
    );
    const [{ dtype, data: values }] = (await net.predict(data as never)) as never as readonly [Tensor];
    return [dtype, ...Array.from(values, Number)];
  };

  it.each([
    [
      ["uint8", "float32"],
      ["float32", 401, 200],
    ],
    [
      ["float64", "float32"],
      ["float32", 401, 200],
    ],
    [
      ["uint8", "uint8"],
      ["int32", 401, 200],
    ],
    [
      ["int64", "uint8"],
      ["int64", 401, 200],
    ],
  ] as const)("%j are computed in one that bears them", async (types, expected) => {
    expect(await merged(layers.add, types)).toEqual(expected);
    const [dtype] = expected;
    const beside = types[0] === types[1] ? types[0] : dtype;
    expect(await merged(layers.concatenate, types)).toEqual([beside, 200, 100, 201, 100]);
  });

  it("keep ids whole", async () => {
    const [a, b] = [input({ shape: [1], dtype: "int32" }), input({ shape: [1], dtype: "int32" })];
    const net = model({ inputs: [a, b], outputs: [layers.add()([a, b])], runtime });
    const ids = [Int32Array.of(16_777_217), Int32Array.of(2)];
    const [sum] = (await net.predict(
      ids.map((one) => new Tensor("int32", [1, 1], one)) as never,
    )) as never as [Tensor];
    expect(sum.data[0]).toBe(16_777_219);
  });
});
