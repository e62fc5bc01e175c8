import { ImagoError } from "../../engine/errors.js";
import type { Config } from "../config/config.js";
import { unknownName } from "../config/resolver.js";
import { ActivationLayer } from "./activation/activation.js";
import { Elu } from "./activation/elu.js";
import { LeakyRelu } from "./activation/leakyRelu.js";
import { Prelu } from "./activation/prelu.js";
import { Relu } from "./activation/relu.js";
import { Softmax } from "./activation/softmax.js";
import { MultiHeadAttention } from "./attention/multiHeadAttention.js";
import { type Layer, layerFunction } from "./base/layer.js";
import { Conv1d } from "./convolution/conv1d.js";
import { Conv1dTranspose } from "./convolution/conv1dTranspose.js";
import { Conv2d } from "./convolution/conv2d.js";
import { Conv2dTranspose } from "./convolution/conv2dTranspose.js";
import { DepthwiseConv1d } from "./convolution/depthwiseConv1d.js";
import { DepthwiseConv2d } from "./convolution/depthwiseConv2d.js";
import { SeparableConv1d } from "./convolution/separableConv1d.js";
import { SeparableConv2d } from "./convolution/separableConv2d.js";
import { Dense } from "./core/dense.js";
import { Embedding } from "./core/embedding.js";
import { InputLayer } from "./core/input.js";
import { Masking } from "./core/masking.js";
import { OneHot } from "./core/oneHot.js";
import { OnnxLayer } from "./core/onnx.js";
import { Add } from "./merging/add.js";
import { Average } from "./merging/average.js";
import { Concatenate } from "./merging/concatenate.js";
import { Dot } from "./merging/dot.js";
import { Maximum } from "./merging/maximum.js";
import { Minimum } from "./merging/minimum.js";
import { Multiply } from "./merging/multiply.js";
import { Subtract } from "./merging/subtract.js";
import { BatchNormalization } from "./normalization/batchNormalization.js";
import { GroupNormalization } from "./normalization/groupNormalization.js";
import { LayerNormalization } from "./normalization/layerNormalization.js";
import { RmsNormalization } from "./normalization/rmsNormalization.js";
import { UnitNormalization } from "./normalization/unitNormalization.js";
import { AveragePooling1d } from "./pooling/averagePooling1d.js";
import { AveragePooling2d } from "./pooling/averagePooling2d.js";
import { GlobalAveragePooling1d } from "./pooling/globalAveragePooling1d.js";
import { GlobalAveragePooling2d } from "./pooling/globalAveragePooling2d.js";
import { GlobalMaxPooling1d } from "./pooling/globalMaxPooling1d.js";
import { GlobalMaxPooling2d } from "./pooling/globalMaxPooling2d.js";
import { MaxPooling1d } from "./pooling/maxPooling1d.js";
import { MaxPooling2d } from "./pooling/maxPooling2d.js";
import { Bidirectional } from "./recurrent/bidirectional.js";
import { GRU } from "./recurrent/gru.js";
import { LSTM } from "./recurrent/lstm.js";
import { SimpleRNN } from "./recurrent/simpleRNN.js";
import { TimeDistributed } from "./recurrent/timeDistributed.js";
import { AlphaDropout } from "./regularization/alphaDropout.js";
import { Dropout } from "./regularization/dropout.js";
import { GaussianDropout } from "./regularization/gaussianDropout.js";
import { GaussianNoise } from "./regularization/gaussianNoise.js";
import { SpatialDropout1d } from "./regularization/spatialDropout1d.js";
import { Cropping1d } from "./reshaping/cropping1d.js";
import { Cropping2d } from "./reshaping/cropping2d.js";
import { Flatten } from "./reshaping/flatten.js";
import { Permute } from "./reshaping/permute.js";
import { RepeatVector } from "./reshaping/repeatVector.js";
import { Reshape } from "./reshaping/reshape.js";
import { UpSampling1d } from "./reshaping/upSampling1d.js";
import { UpSampling2d } from "./reshaping/upSampling2d.js";
import { ZeroPadding1d } from "./reshaping/zeroPadding1d.js";
import { ZeroPadding2d } from "./reshaping/zeroPadding2d.js";

/**
 * Makes a layer from its saved config. The config may come from a file: the layer checks every value.
 *
 * @param types the factories of layers inside, for layers that wrap others
 */
export type LayerFactory = (
  config: Config,
  name: string | undefined,
  trainable: boolean,
  types: LayerTypes,
) => Layer;

/** Factories by the type under which layers are saved. */
export type LayerTypes = Readonly<Record<string, LayerFactory>>;

/** The factory of a layer whose config is its options. */
function plain(Made: new (options: never) => Layer): LayerFactory {
  return (config, name, trainable) => new Made({ ...config, name, trainable } as never);
}

/** The factory of a layer that wraps others, which `keys` of its config hold. */
function wrapping(Made: new (options: never) => Layer, keys: readonly string[]): LayerFactory {
  return (config, name, trainable, types) => {
    const inner = keys
      .filter((key) => config[key] !== undefined)
      .map((key) => [key, layerFunction(layerFrom(config[key], types))]);
    return new Made({ ...config, ...Object.fromEntries(inner), name, trainable } as never);
  };
}

/**
 * Every layer that can be saved. To load a model with a layer of your own, give its factory beside these:
 * `{ ...layerTypes, mine: (config, name, trainable) => new Mine({ ...config, name, trainable }) }`.
 */
export const layerTypes: LayerTypes = Object.freeze({
  input: plain(InputLayer),
  dense: plain(Dense),
  embedding: plain(Embedding),
  oneHot: plain(OneHot),
  masking: plain(Masking),
  simpleRNN: plain(SimpleRNN),
  gru: plain(GRU),
  lstm: plain(LSTM),
  bidirectional: wrapping(Bidirectional, ["layer", "backwardLayer"]),
  timeDistributed: wrapping(TimeDistributed, ["layer"]),
  activation: plain(ActivationLayer),
  relu: plain(Relu),
  leakyRelu: plain(LeakyRelu),
  prelu: plain(Prelu),
  elu: plain(Elu),
  softmax: plain(Softmax),
  dropout: plain(Dropout),
  spatialDropout1d: plain(SpatialDropout1d),
  gaussianNoise: plain(GaussianNoise),
  gaussianDropout: plain(GaussianDropout),
  alphaDropout: plain(AlphaDropout),
  flatten: plain(Flatten),
  reshape: plain(Reshape),
  permute: plain(Permute),
  repeatVector: plain(RepeatVector),
  add: plain(Add),
  subtract: plain(Subtract),
  multiply: plain(Multiply),
  average: plain(Average),
  maximum: plain(Maximum),
  minimum: plain(Minimum),
  concatenate: plain(Concatenate),
  dot: plain(Dot),
  layerNormalization: plain(LayerNormalization),
  rmsNormalization: plain(RmsNormalization),
  unitNormalization: plain(UnitNormalization),
  groupNormalization: plain(GroupNormalization),
  batchNormalization: plain(BatchNormalization),
  multiHeadAttention: plain(MultiHeadAttention),
  globalAveragePooling1d: plain(GlobalAveragePooling1d),
  globalMaxPooling1d: plain(GlobalMaxPooling1d),
  onnx: plain(OnnxLayer),
  globalAveragePooling2d: plain(GlobalAveragePooling2d),
  globalMaxPooling2d: plain(GlobalMaxPooling2d),
  conv1d: plain(Conv1d),
  conv2d: plain(Conv2d),
  depthwiseConv1d: plain(DepthwiseConv1d),
  depthwiseConv2d: plain(DepthwiseConv2d),
  separableConv1d: plain(SeparableConv1d),
  separableConv2d: plain(SeparableConv2d),
  conv1dTranspose: plain(Conv1dTranspose),
  conv2dTranspose: plain(Conv2dTranspose),
  maxPooling1d: plain(MaxPooling1d),
  maxPooling2d: plain(MaxPooling2d),
  averagePooling1d: plain(AveragePooling1d),
  averagePooling2d: plain(AveragePooling2d),
  zeroPadding1d: plain(ZeroPadding1d),
  zeroPadding2d: plain(ZeroPadding2d),
  cropping1d: plain(Cropping1d),
  cropping2d: plain(Cropping2d),
  upSampling1d: plain(UpSampling1d),
  upSampling2d: plain(UpSampling2d),
});

function isRecord(value: unknown): value is Config {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Makes a layer from its saved form, without weights.
 *
 * @param saved as `savedLayer` gives it, perhaps read from a file
 * @param types default: the layers of this package
 * @throws where it is no saved layer, or its type is unknown, naming the nearest one
 */
export function layerFrom(saved: unknown, types: LayerTypes = layerTypes): Layer {
  const { layer, name = null, trainable = true, config } = isRecord(saved) ? saved : {};
  const named = name === null || typeof name === "string";
  if (typeof layer !== "string" || !isRecord(config) || !named || typeof trainable !== "boolean") {
    throw new ImagoError(
      `expected a saved layer { layer, name, trainable, config }, received ${JSON.stringify(saved)}`,
    );
  }
  const factory = Object.hasOwn(types, layer) ? types[layer] : undefined;
  if (factory === undefined) throw unknownName({ one: "layer", many: "layers" }, layer, Object.keys(types));
  return factory(config, name ?? undefined, trainable, types);
}
