/** Networks and tensors in files: `.onnx` in and out, gradients on other programs' files, safetensors. */
export { readSafetensors, type Safetensors, writeSafetensors } from "./engine/formats/safetensors.js";
export type { ModelDescription, OnnxPort } from "./engine/onnx/read/describe.js";
export { type ImportedModel, type ReadOptions, readModel } from "./engine/onnx/read/read.js";
export { type AddGradientsOptions, addGradients } from "./engine/onnx/splice/gradientModel.js";
export {
  opsetVersion,
  type WeightPrecision,
  type WriteOptions,
  writeModel,
} from "./engine/onnx/write/write.js";
export { exportOnnxFile } from "./nn/files/exportOnnxFile.js";
export { loadOnnx } from "./nn/files/loadOnnx.js";
export { type ExportOptions, exportOnnx } from "./nn/models/exportOnnx.js";
export {
  type AsLayerOptions,
  type OnnxActivation,
  OnnxModel,
  type OnnxModelOptions,
  type OnnxSizes,
  type OnnxSurvey,
} from "./nn/models/onnxModel.js";
