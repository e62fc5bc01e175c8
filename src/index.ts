export { gradients } from "./engine/autodiff/gradients.js";
export { checkOptions, ImagoError } from "./engine/errors.js";
export { readSafetensors, type Safetensors, writeSafetensors } from "./engine/formats/safetensors.js";
export {
  type Attribute,
  Attributes,
  type CutOptions,
  cut,
  type EmitNames,
  Graph,
  type GraphCopy,
  type GraphOutput,
  Node,
  type Operator,
  printGraph,
  Value,
  verify,
} from "./engine/graph/index.js";
export { lower } from "./engine/lowering/lower.js";
export type { ModelDescription, OnnxPort } from "./engine/onnx/read/describe.js";
export { type ImportedModel, type ReadOptions, readModel } from "./engine/onnx/read/read.js";
export { type AddGradientsOptions, addGradients } from "./engine/onnx/splice/gradientModel.js";
export { opsetVersion, type WriteOptions, writeModel } from "./engine/onnx/write/write.js";
export type { Operand } from "./engine/ops/define/define.js";
export * as ops from "./engine/ops/index.js";
export { Generator, type GeneratorState } from "./engine/random/generator.js";
export { type Backend, type RuntimeInfo, runtimeInfo } from "./engine/runtime/backends.js";
export { defaultRuntime } from "./engine/runtime/default.js";
export { type NodeRuntimeOptions, nodeRuntime } from "./engine/runtime/node.js";
export type { Program, Runtime, Tensors } from "./engine/runtime/runtime.js";
export type { DType, TensorData } from "./engine/tensor/dtype.js";
export type { Shape } from "./engine/tensor/shape.js";
export {
  formatType,
  type NestedNumbers,
  Tensor,
  type TensorLike,
  type TensorType,
  tensor,
} from "./engine/tensor/tensor.js";
export { type ReadImageOptions, readImage } from "./io/images/readImage.js";
export { preprocessingPath, readPreprocessing } from "./io/images/readPreprocessing.js";
export { type AnimationOptions, writeAnimation } from "./io/images/writeAnimation.js";
export { encodeImage, type WriteImageOptions, writeImage } from "./io/images/writeImage.js";
export { type CatalogueModel, catalogue } from "./io/models/catalogue.js";
export type { PulledModel } from "./io/models/record.js";
export {
  ModelStore,
  type PullFromOptions,
  type PullOptions,
  type StoredModel,
  type StoreOptions,
} from "./io/models/store.js";
export * as dreams from "./labs/dream/index.js";
export { type DreamOptions, type DreamPreview, dream, dreamImage } from "./labs/dream/index.js";
export * as filters from "./labs/filters/index.js";
export * as styles from "./labs/style/index.js";
export {
  type StyledImage,
  type StyleLosses,
  type StyleOptions,
  type StylePreview,
  type StyleSource,
  style,
  styleImage,
} from "./labs/style/index.js";
export * as text from "./labs/text/index.js";
export {
  decodeText,
  type EpochFigures,
  loadText,
  type SamplingOptions,
  type SavedText,
  type TextConfig,
  type TextOptions,
  TextTrainer,
  TextWriter,
  type TrainerOptions,
  type TrainOptions,
  textCheckpoint,
  textConfig,
  Vocabulary,
} from "./labs/text/index.js";
export * as activations from "./nn/activations/index.js";
export * as callbacks from "./nn/callbacks/index.js";
export type { Saved, Spec } from "./nn/config/resolver.js";
export * as constraints from "./nn/constraints/index.js";
export type { ClassWeight } from "./nn/data/columns.js";
export { exportOnnxFile } from "./nn/files/exportOnnxFile.js";
export { type LoadedModel, type LoadOptions, loadModel } from "./nn/files/loadModel.js";
export { loadOnnx } from "./nn/files/loadOnnx.js";
export { type SaveOptions, saveModel } from "./nn/files/saveModel.js";
export * as initializers from "./nn/initializers/index.js";
export * from "./nn/layers/index.js";
export * as layers from "./nn/layers/index.js";
export * as losses from "./nn/losses/index.js";
export * as metrics from "./nn/metrics/index.js";
export { type ExportOptions, exportOnnx } from "./nn/models/exportOnnx.js";
export {
  type BatchOptions,
  type CompileOptions,
  type EvaluateOptions,
  Model,
  type ModelOptions,
  model,
  type PredictOptions,
} from "./nn/models/model.js";
export {
  type AsLayerOptions,
  type OnnxActivation,
  OnnxModel,
  type OnnxModelOptions,
  type OnnxSizes,
} from "./nn/models/onnxModel.js";
export {
  type SequentialInput,
  type SequentialLayers,
  type SequentialOptions,
  sequential,
} from "./nn/models/sequential.js";
export { inferenceGraph } from "./nn/network/inferenceGraph.js";
export type { Compiled, Network } from "./nn/network/network.js";
export type { DataFor, Like, ResultFor, Structure } from "./nn/network/structure.js";
export * as optimizers from "./nn/optimizers/index.js";
export {
  type Evaluation,
  type LbfgsOptions,
  type LbfgsProgress,
  lbfgs,
  type Vector,
} from "./nn/optimizers/lbfgs.js";
export * as schedules from "./nn/optimizers/schedules/index.js";
export * as regularizers from "./nn/regularizers/index.js";
export type { BatchSource, DataTuple, FitOptions } from "./nn/training/fitOptions.js";
export type { History } from "./nn/training/history.js";
export type { Logs } from "./nn/training/logs.js";
export { stepGraph } from "./nn/training/stepGraph.js";
export { type ImageNetwork, onnxImageNetwork } from "./vision/imageNetwork.js";
export {
  Preprocessing,
  type PreprocessingOptions,
  type PreprocessingPreset,
  type PreprocessingSettings,
  preprocessing,
} from "./vision/preprocessing.js";
