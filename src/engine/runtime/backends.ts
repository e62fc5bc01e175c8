import { ImagoError, messageOf } from "../errors.js";
import { loadOnnxRuntime } from "./loadOnnxRuntime.js";

/** An execution provider this build of ONNX Runtime knows. */
export interface Backend {
  /** ONNX Runtime's name for it: `"cpu"`, `"webgpu"`, `"cuda"`, `"coreml"`, … */
  readonly name: string;
  /** Whether its library ships inside the package; the others need a download at installation. */
  readonly bundled: boolean;
}

/** What the installed ONNX Runtime is. */
export interface RuntimeInfo {
  readonly version: string;
  /** In ONNX Runtime's order. */
  readonly backends: readonly Backend[];
}

/**
 * A model of one node, `y = Neg(x)` over one float, as the bytes of a ModelProto (onnx.proto3). Written out by
 * hand because it checks the native library alone: a fault in Imago's own writer must not look like a missing
 * library.
 */
const negModel = Uint8Array.of(
  ...[0x08, 0x08], // ir_version: 8
  ...[0x3a, 0x32], // graph, 50 bytes
  ...[0x0a, 0x0b, 0x0a, 0x01, 0x78, 0x12, 0x01, 0x79, 0x22, 0x03, 0x4e, 0x65, 0x67], // node: x → y, "Neg"
  ...[0x12, 0x01, 0x67], // name: "g"
  ...[0x5a, 0x0f, 0x0a, 0x01, 0x78], // input "x" …
  ...[0x12, 0x0a, 0x0a, 0x08, 0x08, 0x01, 0x12, 0x04, 0x0a, 0x02, 0x08, 0x01], // … float [1]
  ...[0x62, 0x0f, 0x0a, 0x01, 0x79], // output "y" …
  ...[0x12, 0x0a, 0x0a, 0x08, 0x08, 0x01, 0x12, 0x04, 0x0a, 0x02, 0x08, 0x01], // … float [1]
  ...[0x42, 0x02, 0x10, 0x11], // opset_import: version 17
);

/**
 * Describes the installed ONNX Runtime.
 *
 * @throws {ImagoError} If the native library cannot be loaded.
 */
export async function runtimeInfo(): Promise<RuntimeInfo> {
  const { env, listSupportedBackends } = await loadOnnxRuntime();
  return {
    version: env.versions.node ?? env.versions.common,
    backends: listSupportedBackends().map(({ name, bundled }) => ({ name, bundled })),
  };
}

/**
 * Makes a session of one node, runs it and compares the result.
 *
 * @param backend Where to run it. Default: `"cpu"`.
 * @returns Milliseconds from creating the session to having the result.
 * @throws {ImagoError} If the session cannot be made or computes something else.
 */
export async function runTinySession(backend = "cpu"): Promise<number> {
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const start = performance.now();
  let result: number | undefined;
  try {
    const session = await InferenceSession.create(negModel, {
      executionProviders: [backend],
      logSeverityLevel: 4,
    });
    try {
      const outputs = await session.run({ x: new Tensor("float32", Float32Array.of(3), [1]) });
      result = Number(outputs.y?.data[0]);
    } finally {
      await session.release();
    }
  } catch (cause) {
    throw new ImagoError(`A session of one node does not run on "${backend}": ${messageOf(cause)}.`, {
      cause,
    });
  }
  if (result !== -3) {
    throw new ImagoError(`A session of one node on "${backend}" computed ${result} instead of -3.`);
  }
  return performance.now() - start;
}
