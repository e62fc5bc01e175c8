/** Layers, and what one needs to write more. */
export * from "./all.js";
export type { CallContext } from "./base/context.js";
export {
  Layer,
  type LayerFunction,
  type LayerOptions,
  type MultiOutputFunction,
  multiOutputFunction,
} from "./base/layer.js";
export {
  type LayerFactory,
  type LayerMaker,
  type LayerMakerOptions,
  type LayerTypes,
  layerMaker,
} from "./base/layerMaker.js";
export type { SavedLayer } from "./base/saved.js";
export { type Own, readLayerOptions } from "./base/settings.js";
export type { DataFormat, Sizes } from "./base/spatial.js";
export { type LayerCall, type OpenShape, type OpenType, SymbolicTensor } from "./base/symbolic.js";
export type { Variable, VariableOptions } from "./base/variable.js";
export type { Padding } from "./base/window.js";
export { type InputOptions, input } from "./core/input.js";
export { type LambdaFunction, type LambdaOptions, lambda } from "./core/lambda.js";
export type { AffineOptions } from "./normalization/affine.js";
export type { GlobalPooling1dOptions } from "./pooling/globalPooling1d.js";
export type { GlobalPooling2dOptions } from "./pooling/globalPooling2d.js";
export type { PoolingOptions } from "./pooling/pooling.js";
export type { RecurrentOptions } from "./recurrent/recurrentSettings.js";
export type { Ends } from "./reshaping/border.js";
export type { UpSamplingInterpolation } from "./reshaping/upSampling2d.js";
