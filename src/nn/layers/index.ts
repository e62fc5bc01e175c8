export { type ActivationOptions, activation } from "./activation.js";
export { add } from "./add.js";
export type { AffineOptions } from "./affine.js";
export { type AlphaDropoutOptions, alphaDropout } from "./alphaDropout.js";
export { average } from "./average.js";
export { type BatchNormalizationOptions, batchNormalization } from "./batchNormalization.js";
export { type BidirectionalOptions, bidirectional, type MergeMode } from "./bidirectional.js";
export { type ConcatenateOptions, concatenate } from "./concatenate.js";
export type { CallContext } from "./context.js";
export { type DenseOptions, dense } from "./dense.js";
export { type DotOptions, dot } from "./dot.js";
export { type DropoutOptions, dropout } from "./dropout.js";
export { type EluLayerOptions, elu } from "./elu.js";
export { type EmbeddingOptions, embedding } from "./embedding.js";
export { type DataFormat, type FlattenOptions, flatten } from "./flatten.js";
export { type GaussianDropoutOptions, gaussianDropout } from "./gaussianDropout.js";
export { type GaussianNoiseOptions, gaussianNoise } from "./gaussianNoise.js";
export { globalAveragePooling1d } from "./globalAveragePooling1d.js";
export { globalMaxPooling1d } from "./globalMaxPooling1d.js";
export type { GlobalPooling1dOptions } from "./globalPooling1d.js";
export { type GroupNormalizationOptions, groupNormalization } from "./groupNormalization.js";
export { type GRUOptions, gru } from "./gru.js";
export { type InputOptions, input } from "./input.js";
export { type LambdaFunction, type LambdaOptions, lambda } from "./lambda.js";
export {
  Layer,
  type LayerFunction,
  type LayerOptions,
  layerFunction,
  type MultiOutputFunction,
  multiOutputFunction,
} from "./layer.js";
export { type LayerNormalizationOptions, layerNormalization } from "./layerNormalization.js";
export { type LeakyReluLayerOptions, leakyRelu } from "./leakyRelu.js";
export { type LSTMOptions, lstm } from "./lstm.js";
export { type MaskingOptions, masking } from "./masking.js";
export { maximum } from "./maximum.js";
export { minimum } from "./minimum.js";
export { multiply } from "./multiply.js";
export { type OneHotOptions, oneHot } from "./oneHot.js";
export { type PermuteOptions, permute } from "./permute.js";
export { type PreluOptions, prelu } from "./prelu.js";
export type { RecurrentOptions } from "./recurrentSettings.js";
export { type ReluLayerOptions, relu } from "./relu.js";
export { type RepeatVectorOptions, repeatVector } from "./repeatVector.js";
export { type ReshapeOptions, reshape } from "./reshape.js";
export { type RmsNormalizationOptions, rmsNormalization } from "./rmsNormalization.js";
export { type SavedLayer, savedLayer } from "./saved.js";
export { type SimpleRNNOptions, simpleRNN } from "./simpleRNN.js";
export { type SoftmaxLayerOptions, softmax } from "./softmax.js";
export { type SpatialDropout1dOptions, spatialDropout1d } from "./spatialDropout1d.js";
export { subtract } from "./subtract.js";
export { LayerCall, type OpenShape, type OpenType, SymbolicTensor } from "./symbolic.js";
export { type LayerFactory, type LayerTypes, layerFrom, layerTypes } from "./table.js";
export { type TimeDistributedOptions, timeDistributed } from "./timeDistributed.js";
export { type UnitNormalizationOptions, unitNormalization } from "./unitNormalization.js";
export { Variable, type VariableOptions } from "./variable.js";
