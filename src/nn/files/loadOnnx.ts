import { externalDataOf } from "../../engine/files/externalData.js";
import { readFileChecked } from "../../engine/files/readFileChecked.js";
import { OnnxModel } from "../models/onnxModel.js";

/**
 * Loads a `.onnx` file, with the files beside it in which it keeps its tensors.
 *
 * @throws ImagoError when the file cannot be read, is no ONNX model, is truncated or altered
 */
export async function loadOnnx(path: string): Promise<OnnxModel> {
  const bytes = await readFileChecked(path);
  return new OnnxModel(bytes, { name: path, externalData: externalDataOf(path) });
}
