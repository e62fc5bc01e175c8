import { atomicWrite } from "../../engine/files/atomicWrite.js";
import { type ExportOptions, exportOnnx } from "../models/exportOnnx.js";
import type { Model } from "../models/model.js";
import type { Structure } from "../network/structure.js";

/**
 * Writes a model to a stand-alone `.onnx` file for inference, see {@link exportOnnx}.
 *
 * @throws ImagoError as `exportOnnx`, and when the file cannot be written; one that was there is there still
 */
export async function exportOnnxFile<I extends Structure, O extends Structure>(
  model: Model<I, O>,
  path: string,
  options: ExportOptions = {},
): Promise<void> {
  await atomicWrite(path, exportOnnx(model, options));
}
