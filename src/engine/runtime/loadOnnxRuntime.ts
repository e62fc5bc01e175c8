import { ImagoError, messageOf } from "../errors.js";
import { silenceTelemetry } from "./silenceTelemetry.node.js";

/** ONNX Runtime's package for Node. */
export type OnnxRuntime = typeof import("onnxruntime-node");

/**
 * Loads ONNX Runtime, with its telemetry off. Imported on demand, since loading fails where the native library is missing, and whoever
 * asks wants to hear why.
 *
 * @throws {ImagoError} If the native library cannot be loaded.
 */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  silenceTelemetry();
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw new ImagoError(`ONNX Runtime could not be loaded: ${messageOf(cause)}.`, {
      help:
        "Install Imago again, with npm's --ignore-scripts where no CUDA libraries can be downloaded: it needs " +
        "none. The CPU library is made for Linux x64 and arm64 (glibc), macOS arm64, and Windows x64 and arm64.",
      cause,
    });
  }
}
