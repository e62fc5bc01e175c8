export { gradients } from "./engine/autodiff/gradients.js";
export { ImagoError } from "./engine/errors.js";
export {
  type Attribute,
  type Attributes,
  type CutOptions,
  cut,
  type EmitNames,
  Graph,
  type GraphCopy,
  type GraphOutput,
  type Node,
  type Operator,
  printGraph,
  Value,
} from "./engine/graph/index.js";
export { lower } from "./engine/lowering/lower.js";
export type { Operand } from "./engine/ops/define/define.js";
export type { Field, FieldsOf, ReadOf } from "./engine/options.js";
export * as fields from "./engine/options.js";
export { Generator, type GeneratorState } from "./engine/random/generator.js";
export { type Backend, type RuntimeInfo, runtimeInfo } from "./engine/runtime/backends.js";
export { defaultRuntime } from "./engine/runtime/default.js";
export { type NodeRuntimeOptions, nodeRuntime } from "./engine/runtime/node.js";
export type {
  CompileOptions as ProgramOptions,
  Program,
  Runtime,
  Tensors,
} from "./engine/runtime/runtime.js";
export type { DType, TensorData } from "./engine/tensor/dtype.js";
export type { Shape } from "./engine/tensor/shape.js";
export {
  type NestedNumbers,
  Tensor,
  type TensorLike,
  type TensorType,
  tensor,
} from "./engine/tensor/tensor.js";
export * as activations from "./nn/activations/index.js";
export * as callbacks from "./nn/callbacks/index.js";
export type { Config, ConfigValue } from "./nn/config/config.js";
export type { Saved, Spec } from "./nn/config/resolver.js";
export * as constraints from "./nn/constraints/index.js";
export type { ClassWeight } from "./nn/data/classWeights.js";
export { type LoadedModel, type LoadOptions, loadModel } from "./nn/files/loadModel.js";
export { type SaveOptions, saveModel } from "./nn/files/saveModel.js";
export * as initializers from "./nn/initializers/index.js";
export * from "./nn/layers/index.js";
export * as losses from "./nn/losses/index.js";
export * as metrics from "./nn/metrics/index.js";
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
  type SequentialInput,
  type SequentialLayers,
  type SequentialOptions,
  sequential,
} from "./nn/models/sequential.js";
export {
  type InferenceGraphOptions,
  inferenceGraph,
  type StatesInGraph,
} from "./nn/network/inferenceGraph.js";
export type { Compiled, Network } from "./nn/network/network.js";
export type { DataFor, Like, ResultFor, Structure } from "./nn/network/structure.js";
export * as optimizers from "./nn/optimizers/index.js";
export * as schedules from "./nn/optimizers/schedules/index.js";
export * as regularizers from "./nn/regularizers/index.js";
export type { Callback, FitContext } from "./nn/training/callback.js";
export type {
  Batches,
  BatchSource,
  DataTuple,
  FitOptions,
  SeekableSource,
} from "./nn/training/fitOptions.js";
export type { History } from "./nn/training/history.js";
export type { Logs } from "./nn/training/logs.js";
export { stepGraph } from "./nn/training/stepGraph.js";
export type { TrainableNetwork } from "./nn/training/trainableNetwork.js";
