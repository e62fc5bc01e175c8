import type { GraphRecord, NodeRecord } from "./records.js";

/** The sub-graphs of a node, as a file has them. */
export function bodiesOf({ attribute = [] }: NodeRecord): readonly GraphRecord[] {
  return attribute.flatMap(({ g, graphs = [] }) => (g === undefined ? graphs : [g, ...graphs]));
}

/** Nodes, each before those of its sub-graphs. */
export function allNodes(nodes: readonly NodeRecord[]): NodeRecord[] {
  return nodes.flatMap((node) => [node, ...bodiesOf(node).flatMap((body) => allNodes(body.node ?? []))]);
}

/** A node's inputs, and what its sub-graphs use. */
export function namesUsed(node: NodeRecord): string[] {
  const inner = bodiesOf(node).flatMap((body) => [
    ...(body.node ?? []).flatMap(namesUsed),
    ...(body.output ?? []).map(({ name = "" }) => name),
  ]);
  return [...(node.input ?? []), ...inner];
}
