import { ImagoError } from "../errors.js";
import type { Runtime } from "./runtime.js";

let pending: Promise<Runtime> | undefined;

/**
 * The runtime that models use when they are given none: ONNX Runtime's own library in Node, loaded at the
 * first call and shared by all.
 *
 * @throws where there is no Node
 */
export function defaultRuntime(): Promise<Runtime> {
  pending ??= loadRuntime();
  return pending;
}

async function loadRuntime(): Promise<Runtime> {
  if (typeof process === "undefined" || process.versions?.node === undefined) {
    throw new ImagoError(
      "there is no default runtime outside Node. Give the model one by its `runtime` option.",
    );
  }
  const { nodeRuntime } = await import("./node.js");
  return nodeRuntime();
}
