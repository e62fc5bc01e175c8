import { ImagoError } from "../../engine/errors.js";
import { unknownName } from "../config/resolver.js";
import type { Config } from "../initializers/initializer.js";
import { ActivationLayer } from "./activation.js";
import { Add } from "./add.js";
import { AlphaDropout } from "./alphaDropout.js";
import { Average } from "./average.js";
import { AveragePooling1d } from "./averagePooling1d.js";
import { AveragePooling2d } from "./averagePooling2d.js";
import { BatchNormalization } from "./batchNormalization.js";
import { Bidirectional } from "./bidirectional.js";
import { Concatenate } from "./concatenate.js";
import { Conv1d } from "./conv1d.js";
import { Conv1dTranspose } from "./conv1dTranspose.js";
import { Conv2d } from "./conv2d.js";
import { Conv2dTranspose } from "./conv2dTranspose.js";
import { Cropping1d } from "./cropping1d.js";
import { Cropping2d } from "./cropping2d.js";
import { Dense } from "./dense.js";
import { DepthwiseConv1d } from "./depthwiseConv1d.js";
import { DepthwiseConv2d } from "./depthwiseConv2d.js";
import { Dot } from "./dot.js";
import { Dropout } from "./dropout.js";
import { Elu } from "./elu.js";
import { Embedding } from "./embedding.js";
import { Flatten } from "./flatten.js";
import { GaussianDropout } from "./gaussianDropout.js";
import { GaussianNoise } from "./gaussianNoise.js";
import { GlobalAveragePooling1d } from "./globalAveragePooling1d.js";
import { GlobalAveragePooling2d } from "./globalAveragePooling2d.js";
import { GlobalMaxPooling1d } from "./globalMaxPooling1d.js";
import { GlobalMaxPooling2d } from "./globalMaxPooling2d.js";
import { GroupNormalization } from "./groupNormalization.js";
import { GRU } from "./gru.js";
import { InputLayer } from "./input.js";
import { type Layer, layerFunction } from "./layer.js";
import { LayerNormalization } from "./layerNormalization.js";
import { LeakyRelu } from "./leakyRelu.js";
import { LSTM } from "./lstm.js";
import { Masking } from "./masking.js";
import { Maximum } from "./maximum.js";
import { MaxPooling1d } from "./maxPooling1d.js";
import { MaxPooling2d } from "./maxPooling2d.js";
import { Minimum } from "./minimum.js";
import { MultiHeadAttention } from "./multiHeadAttention.js";
import { Multiply } from "./multiply.js";
import { OneHot } from "./oneHot.js";
import { OnnxLayer } from "./onnx.js";
import { Permute } from "./permute.js";
import { Prelu } from "./prelu.js";
import { Relu } from "./relu.js";
import { RepeatVector } from "./repeatVector.js";
import { Reshape } from "./reshape.js";
import { RmsNormalization } from "./rmsNormalization.js";
import { SeparableConv1d } from "./separableConv1d.js";
import { SeparableConv2d } from "./separableConv2d.js";
import { SimpleRNN } from "./simpleRNN.js";
import { Softmax } from "./softmax.js";
import { SpatialDropout1d } from "./spatialDropout1d.js";
import { Subtract } from "./subtract.js";
import { TimeDistributed } from "./timeDistributed.js";
import { UnitNormalization } from "./unitNormalization.js";
import { UpSampling1d } from "./upSampling1d.js";
import { UpSampling2d } from "./upSampling2d.js";
import { ZeroPadding1d } from "./zeroPadding1d.js";
import { ZeroPadding2d } from "./zeroPadding2d.js";

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
