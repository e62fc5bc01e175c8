import { anyText } from "../../engine/arguments.js";
import { atomicWrite } from "../../engine/files/atomicWrite.js";
import { type ExportOptions, exportOnnx } from "../models/exportOnnx.js";
import type { Network } from "../network/network.js";

/**
 * Writes a model to a stand-alone `.onnx` file for inference, see {@link exportOnnx}.
 *
 * @throws ImagoError as `exportOnnx`, and when the file cannot be written; one that was there is there still
 */
export async function exportOnnxFile(
  model: Network,
  path: string,
  options: ExportOptions = {},
): Promise<void> {
  anyText.read("exportOnnxFile", "path", path);
  await atomicWrite(path, exportOnnx(model, options));
}
