import { namesUsed } from "../proto/bodiesOf.js";
import type { GraphRecord } from "../proto/records.js";
import { unknownValue } from "./unknownValue.js";

/**
 * The part of a graph, as the file has it, that computes `outputs`: other nodes, initialisers and declarations
 * are left out before anything is inferred.
 *
 * @throws when an output's name is none of the graph's values, with the nearest one
 */
export function pruneGraph(graph: GraphRecord, outputs: readonly string[]): GraphRecord {
  checkOutputs(graph, outputs);
  const needed = neededNames(graph, outputs);
  return {
    ...graph,
    node: (graph.node ?? []).filter(({ output = [] }) => output.some((name) => needed.has(name))),
    initializer: (graph.initializer ?? []).filter(({ name }) => needed.has(name ?? "")),
    input: (graph.input ?? []).filter(({ name }) => needed.has(name ?? "")),
    output: outputs.map((name) => ({ name })),
  };
}

/** `outputs`, and all names that they depend on. */
export function neededNames(graph: GraphRecord, outputs: readonly string[]): Set<string> {
  const needed = new Set(outputs);
  for (const node of [...(graph.node ?? [])].reverse()) {
    if (!(node.output ?? []).some((name) => needed.has(name))) continue;
    for (const name of namesUsed(node)) needed.add(name);
  }
  return needed;
}

function checkOutputs(graph: GraphRecord, outputs: readonly string[]): void {
  const names = (graph.node ?? []).flatMap(({ output = [] }) => output);
  const known = new Set([...names, ...(graph.input ?? []).map(({ name = "" }) => name)]);
  for (const output of outputs) if (!known.has(output)) throw unknownValue(output, names);
}
