import { ImagoError } from "../errors.js";
import type { Runtime } from "./runtime.js";

let pending: Promise<Runtime> | undefined;

/**
 * The runtime that models use when they are given none: ONNX Runtime's own library in Node, loaded at the
 * first call and shared by all.
 *
 * @throws where it cannot be loaded, as in a page
 */
export function defaultRuntime(): Promise<Runtime> {
  pending ??= loadRuntime();
  return pending;
}

async function loadRuntime(): Promise<Runtime> {
  const { nodeRuntime } = await import("./node.js").catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new ImagoError(`ONNX Runtime's library for Node could not be loaded: ${reason}.`, {
      help: "In Node, run `imago doctor`. Elsewhere, give models a runtime by their `runtime` option.",
      cause,
    });
  });
  return nodeRuntime();
}
