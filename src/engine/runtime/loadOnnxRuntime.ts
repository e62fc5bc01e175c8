import { ImagoError } from "../errors.js";

/** ONNX Runtime's package for Node. */
export type OnnxRuntime = typeof import("onnxruntime-node");

/**
 * Loads ONNX Runtime. Imported on demand, since loading fails where the native library is missing, and whoever
 * asks wants to hear why.
 *
 * @throws {ImagoError} If the native library cannot be loaded.
 */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw new ImagoError(
      `ONNX Runtime could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
      {
        help:
          "Install it again with ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node; that variable keeps " +
          "the installation from downloading CUDA libraries, which fails behind a firewall. Its CPU library is " +
          "made for Linux x64 and arm64 (glibc), macOS arm64, and Windows x64 and arm64.",
        cause,
      },
    );
  }
}
