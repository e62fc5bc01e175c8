import type { Graph, Value } from "../graph/graph.js";
import { keyOfTensor } from "./keyOfTensor.js";
import type { Rules } from "./rewrite.js";

/** Merges the small constants of each graph that have the same type and the same bytes. */
export function equalConstants(): NonNullable<Rules["constant"]> {
  const known = new Map<Graph, Map<string, Value>>();
  return ({ constant, name }, graph) => {
    const key = constant === undefined ? undefined : keyOfTensor(constant);
    if (constant === undefined || key === undefined) return undefined;
    const ofGraph = known.get(graph) ?? new Map<string, Value>();
    const value = ofGraph.get(key) ?? graph.constant(constant, name);
    ofGraph.set(key, value);
    known.set(graph, ofGraph);
    return value;
  };
}
