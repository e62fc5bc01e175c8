import type { Graph } from "../graph/graph.js";

/** A graph as ONNX Runtime takes it, in whatever thread. */
export interface ReadyGraph {
  readonly graph: Graph;
  readonly model: Uint8Array;
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether its outputs are not copied, see `uncopiedOutputs`. */
  readonly uncopied: boolean;
}
