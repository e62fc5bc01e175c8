import { cut } from "../graph/cut.js";
import type { Graph } from "../graph/graph.js";
import { verify } from "../graph/verify.js";

/**
 * An equal graph that a device runs faster: what no output needs is left out.
 *
 * Inputs stay, needed or not, so the same feeds serve.
 */
export function lower(graph: Graph): Graph {
  const lowered = cut(graph, { outputs: graph.outputs }).graph;
  verify(lowered, "lowering");
  return lowered;
}
