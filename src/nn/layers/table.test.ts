import { describe, expect, it } from "vitest";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { writeModel } from "../../engine/onnx/write/write.js";
import { exp } from "../../engine/ops/exp.js";
import type { Config } from "../config/config.js";
import { activation } from "./activation/activation.js";
import { elu } from "./activation/elu.js";
import { leakyRelu } from "./activation/leakyRelu.js";
import { piecewiseLinear } from "./activation/piecewiseLinear.js";
import { prelu } from "./activation/prelu.js";
import { relu } from "./activation/relu.js";
import { softmax } from "./activation/softmax.js";
import { multiHeadAttention } from "./attention/multiHeadAttention.js";
import { Layer, type LayerOptions } from "./base/layer.js";
import { savedLayer } from "./base/saved.js";
import { conv1d } from "./convolution/conv1d.js";
import { conv1dTranspose } from "./convolution/conv1dTranspose.js";
import { conv2d } from "./convolution/conv2d.js";
import { conv2dTranspose } from "./convolution/conv2dTranspose.js";
import { depthwiseConv1d } from "./convolution/depthwiseConv1d.js";
import { depthwiseConv2d } from "./convolution/depthwiseConv2d.js";
import { separableConv1d } from "./convolution/separableConv1d.js";
import { separableConv2d } from "./convolution/separableConv2d.js";
import { columnEmbedding } from "./core/columnEmbedding.js";
import { dense } from "./core/dense.js";
import { embedding } from "./core/embedding.js";
import { input } from "./core/input.js";
import { lambda } from "./core/lambda.js";
import { maskedDense } from "./core/maskedDense.js";
import { masking } from "./core/masking.js";
import { mixtureDensity } from "./core/mixtureDensity.js";
import { oneHot } from "./core/oneHot.js";
import { OnnxLayer, toBase64 } from "./core/onnx.js";
import { add } from "./merging/add.js";
import { average } from "./merging/average.js";
import { concatenate } from "./merging/concatenate.js";
import { dot } from "./merging/dot.js";
import { maximum } from "./merging/maximum.js";
import { minimum } from "./merging/minimum.js";
import { multiply } from "./merging/multiply.js";
import { pool } from "./merging/pool.js";
import { subtract } from "./merging/subtract.js";
import { batchNormalization } from "./normalization/batchNormalization.js";
import { groupNormalization } from "./normalization/groupNormalization.js";
import { layerNormalization } from "./normalization/layerNormalization.js";
import { rmsNormalization } from "./normalization/rmsNormalization.js";
import { unitNormalization } from "./normalization/unitNormalization.js";
import { averagePooling1d } from "./pooling/averagePooling1d.js";
import { averagePooling2d } from "./pooling/averagePooling2d.js";
import { globalAveragePooling1d } from "./pooling/globalAveragePooling1d.js";
import { globalAveragePooling2d } from "./pooling/globalAveragePooling2d.js";
import { globalMaxPooling1d } from "./pooling/globalMaxPooling1d.js";
import { globalMaxPooling2d } from "./pooling/globalMaxPooling2d.js";
import { maxPooling1d } from "./pooling/maxPooling1d.js";
import { maxPooling2d } from "./pooling/maxPooling2d.js";
import { centerCrop } from "./preprocessing/centerCrop.js";
import { normalization } from "./preprocessing/normalization.js";
import { randomBrightness } from "./preprocessing/randomBrightness.js";
import { randomContrast } from "./preprocessing/randomContrast.js";
import { randomCrop } from "./preprocessing/randomCrop.js";
import { randomFlip } from "./preprocessing/randomFlip.js";
import { randomRotation } from "./preprocessing/randomRotation.js";
import { randomTranslation } from "./preprocessing/randomTranslation.js";
import { randomZoom } from "./preprocessing/randomZoom.js";
import { rescaling } from "./preprocessing/rescaling.js";
import { resizing } from "./preprocessing/resizing.js";
import { bidirectional } from "./recurrent/bidirectional.js";
import { gru } from "./recurrent/gru.js";
import { lstm } from "./recurrent/lstm.js";
import { simpleRNN } from "./recurrent/simpleRNN.js";
import { softWindow } from "./recurrent/softWindow.js";
import { timeDistributed } from "./recurrent/timeDistributed.js";
import { alphaDropout } from "./regularization/alphaDropout.js";
import { dropout } from "./regularization/dropout.js";
import { gaussianDropout } from "./regularization/gaussianDropout.js";
import { gaussianNoise } from "./regularization/gaussianNoise.js";
import { spatialDropout1d } from "./regularization/spatialDropout1d.js";
import { cropping1d } from "./reshaping/cropping1d.js";
import { cropping2d } from "./reshaping/cropping2d.js";
import { flatten } from "./reshaping/flatten.js";
import { permute } from "./reshaping/permute.js";
import { repeatVector } from "./reshaping/repeatVector.js";
import { reshape } from "./reshaping/reshape.js";
import { upSampling1d } from "./reshaping/upSampling1d.js";
import { upSampling2d } from "./reshaping/upSampling2d.js";
import { zeroPadding1d } from "./reshaping/zeroPadding1d.js";
import { zeroPadding2d } from "./reshaping/zeroPadding2d.js";
import { layerFrom, layerTypes } from "./table.js";

const l2 = { name: "l2", config: { l2: 0.1 } };

/** A layer that holds a file. */
function imported(): { readonly layer: Layer } {
  const graph = new Graph();
  graph.output("y", exp(graph.input("x", { dtype: "float32", shape: [1, 3] })));
  const bytes = toBase64(writeModel(graph));
  return { layer: new OnnxLayer({ graph: bytes, inputs: ["x"], outputs: ["y"], weights: [], name: "part" }) };
}

/** Layers of every type, with their defaults and with other options. */
const layers: readonly { readonly layer: Layer }[] = [
  { layer: input({ shape: [null, 3], dtype: "int32", batchSize: 4, name: "ids" }).call.layer },
  dense({ units: 3 }),
  dense({ units: 3, name: "out", trainable: false, activation: { name: "elu", config: { alpha: 0.5 } } }),
  dense({ units: 3, useBias: false, kernelRegularizer: l2, kernelConstraint: "maxNorm" }),
  columnEmbedding({ levels: [0, 3], outputDim: 2, embeddingsInitializer: "zeros" }),
  maskedDense({ inputDegrees: [0, 1], degrees: [1, 2], strict: true, activation: "relu" }),
  mixtureDensity(),
  mixtureDensity({ components: 3, ends: true, kernelRegularizer: l2 }),
  embedding({ inputDim: 5, outputDim: 2 }),
  embedding({ inputDim: 5, outputDim: 2, maskZero: true, embeddingsInitializer: "orthogonal" }),
  oneHot({ numTokens: 4 }),
  masking({ maskValue: -1 }),
  simpleRNN({ units: 2, activation: "relu" }),
  gru({ units: 2, resetAfter: false, dropout: 0.5 }),
  lstm({ units: 2, unitForgetBias: false, recurrentRegularizer: l2, returnState: true }),
  softWindow({ units: 2, components: 3, kernelInitializer: "heNormal", returnState: true }),
  bidirectional({ layer: lstm({ units: 2, name: "there" }), mergeMode: "sum" }),
  bidirectional({ layer: gru({ units: 2 }), backwardLayer: gru({ units: 3, goBackwards: true }) }),
  bidirectional({ layer: gru({ units: 2 }), mergeMode: null }),
  piecewiseLinear({ columns: [{ x: [0, 0.1, 1], y: [0.2, 0.5, 1] }] }),
  pool({ platt: { slope: 2, intercept: -0.5 } }),
  pool({ rule: "geometricMean", weights: [1, 2], temperature: 1.5 }),
  timeDistributed({ layer: dense({ units: 2, name: "each", trainable: false }), name: "all" }),
  activation({ activation: "tanh" }),
  relu({ maxValue: 6, negativeSlope: 0.1, threshold: 1 }),
  relu(),
  leakyRelu({ negativeSlope: 0.2 }),
  prelu({ sharedAxes: [1], alphaInitializer: "ones" }),
  prelu(),
  elu({ alpha: 2 }),
  softmax({ axis: [1, 2] }),
  dropout({ rate: 0.5, noiseShape: [null, 1] }),
  dropout({ rate: 0.5 }),
  spatialDropout1d({ rate: 0.5 }),
  gaussianNoise({ stddev: 2 }),
  gaussianDropout({ rate: 0.5 }),
  alphaDropout({ rate: 0.5 }),
  flatten({ dataFormat: "channelsFirst" }),
  reshape({ targetShape: [-1, 2] }),
  permute({ dims: [2, 1] }),
  repeatVector({ n: 3 }),
  add(),
  subtract(),
  multiply({ name: "product" }),
  average(),
  maximum(),
  minimum(),
  concatenate({ axis: 1 }),
  dot({ axes: [1, 2], normalize: true }),
  layerNormalization({ axis: [1, 2], epsilon: 1e-5, scale: false, gammaRegularizer: l2 }),
  rmsNormalization({ axis: 1, epsilon: 1e-5 }),
  unitNormalization({ axis: 1 }),
  groupNormalization({ groups: 2, axis: 1, center: false }),
  batchNormalization({ momentum: 0.9, movingMeanInitializer: "ones", betaConstraint: "nonNeg" }),
  multiHeadAttention({ numHeads: 2, keyDim: 3, useCausalMask: true, kernelRegularizer: l2 }),
  multiHeadAttention({ numHeads: 2, keyDim: 3, valueDim: 4, outputShape: 5, returnAttentionScores: true }),
  globalAveragePooling1d({ keepdims: true }),
  globalMaxPooling1d({ dataFormat: "channelsFirst" }),
  globalAveragePooling2d({ keepdims: true }),
  globalMaxPooling2d({ dataFormat: "channelsFirst" }),
  conv1d({ filters: 2, kernelSize: 3, padding: "causal", dilationRate: 2 }),
  conv2d({ filters: 4, kernelSize: [3, 1], strides: 2, groups: 2, activation: "relu", name: "stem" }),
  conv2d({ filters: 4, kernelSize: 3, kernelRegularizer: l2, kernelConstraint: "maxNorm", useBias: false }),
  depthwiseConv1d({ kernelSize: 3, depthwiseInitializer: "heNormal" }),
  depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, dataFormat: "channelsFirst" }),
  separableConv1d({ filters: 2, kernelSize: 3, pointwiseRegularizer: l2 }),
  separableConv2d({ filters: 2, kernelSize: 3, padding: "same", depthwiseConstraint: "nonNeg" }),
  conv1dTranspose({ filters: 2, kernelSize: 3, strides: 2, outputPadding: 1 }),
  conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: "same" }),
  maxPooling1d({ poolSize: 3, strides: 1 }),
  maxPooling2d({ poolSize: [2, 1], padding: "same" }),
  averagePooling1d(),
  averagePooling2d({ dataFormat: "channelsFirst" }),
  zeroPadding1d({ padding: [1, 2] }),
  rescaling({ scale: [1, 2], offset: 3 }),
  normalization({ axis: [1, 2], mean: [1, 2], variance: [3, 4] }),
  normalization({ invert: true }),
  resizing({ height: 2, width: 3, interpolation: "bicubic", padToAspectRatio: true, fillValue: 1 }),
  centerCrop({ height: 2, width: 3, dataFormat: "channelsFirst" }),
  randomCrop({ height: 2, width: 3 }),
  randomFlip({ mode: "vertical" }),
  randomTranslation({ heightFactor: [0.1, 0.2], widthFactor: 0.3, fillMode: "constant", fillValue: 2 }),
  randomRotation({ factor: 0.2, interpolation: "nearest" }),
  randomZoom({ heightFactor: 0.2 }),
  randomZoom({ heightFactor: 0.2, widthFactor: [-0.1, 0.3] }),
  randomContrast({ factor: [0.1, 0.2], valueRange: [0, 1] }),
  randomBrightness({ factor: 0.2 }),
  zeroPadding2d({ padding: [1, [0, 2]] }),
  cropping1d(),
  cropping2d({ cropping: [1, 2] }),
  upSampling1d({ size: 3 }),
  imported(),
  upSampling2d({ size: [1, 2], interpolation: "bilinear" }),
];

describe("saved layers", () => {
  it("cover every type", () => {
    expect(new Set(layers.map(({ layer }) => layer.type))).toEqual(new Set(Object.keys(layerTypes)));
  });

  it.each(layers.map(({ layer }, index) => [`${index}: ${layer.label}`, layer] as const))(
    "%s is made again with the same options",
    (_, layer) => {
      const text = JSON.stringify(savedLayer(layer));
      const again = layerFrom(JSON.parse(text));
      expect(again.constructor).toBe(layer.constructor);
      expect(again).not.toBe(layer);
      expect(JSON.stringify(savedLayer(again))).toBe(text);
      expect([again.name, again.trainable]).toEqual([layer.name, layer.trainable]);
    },
  );

  it("keep what stands inside a wrapping layer", () => {
    const { layer } = timeDistributed({ layer: dense({ units: 2, name: "each", trainable: false }) });
    const [inner] = layerFrom(savedLayer(layer)).children as [Layer];
    expect([inner.label, inner.trainable]).toEqual(['dense "each"', false]);
  });

  it("need not be of this package", () => {
    class Twice extends Layer {
      readonly type = "twice";
      readonly config: Config = {};
      constructor(options: LayerOptions = {}) {
        super(options);
      }
      call([x]: readonly [Value]): Value {
        return x;
      }
    }
    const types = { ...layerTypes, twice: (_: Config, name: string | undefined) => new Twice({ name }) };
    const wrapped = { layer: "timeDistributed", config: { layer: savedLayer(new Twice({ name: "t" })) } };
    expect(layerFrom(wrapped, types).children[0]).toBeInstanceOf(Twice);
    expect(() => layerFrom(wrapped)).toThrow('unknown layer "twice"');
  });

  it("cannot hold functions", () => {
    expect(() => savedLayer(lambda(([x]) => x as Value).layer)).toThrow("lambda cannot be saved");
  });

  it.each([
    [null, "expected a saved layer { layer, name, trainable, config }, received null"],
    [{ layer: "dense" }, 'received {"layer":"dense"}'],
    [{ layer: "dence", config: {} }, 'unknown layer "dence". Did you mean "dense"?'],
    [{ layer: "toString", config: {} }, 'unknown layer "toString"'],
    [{ layer: "dense", config: { units: -1 } }, "dense: units must be a whole number from 1, received -1"],
    [{ layer: "dense", config: { unit: 1 } }, 'unknown option "unit"'],
    [{ layer: "timeDistributed", config: {} }, "layer is required: a layer"],
    [{ layer: "timeDistributed", config: { layer: 3 } }, "expected a saved layer"],
  ])("are checked when they are read: %j", (saved, message) => {
    expect(() => layerFrom(saved as never)).toThrow(message);
  });
});
