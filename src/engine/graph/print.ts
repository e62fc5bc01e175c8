import { formatType, type Tensor } from "../tensor/tensor.js";
import type { Attribute } from "./attributes.js";
import { graphField } from "./fields.js";
import type { Graph, Node } from "./graph.js";

/**
 * The graph as text, one node a line, for people and for snapshots:
 *
 * ```
 * graph(x: float32[2, 3], w: float32[3, 4]) {
 *   matmul: float32[2, 4] = MatMul(x, w)
 *   return y = matmul
 * }
 * ```
 */
export function printGraph(graph: Graph, indent = ""): string {
  graphField.read("printGraph", "graph", graph);
  const inner = `${indent}  `;
  const inputs = graph.inputs.map((value) => `${value.name}: ${formatType(value.type)}`).join(", ");
  const lines = [`graph(${inputs}) {`];
  for (const { name, constant } of graph.constants) {
    if (constant !== undefined) lines.push(`${inner}${name} = ${printTensor(constant)}`);
  }
  for (const node of graph.nodes) lines.push(inner + printNode(node, inner));
  const outputs = graph.outputs.map(({ name, value }) =>
    name === value.name ? name : `${name} = ${value.name}`,
  );
  lines.push(`${inner}return ${outputs.join(", ")}`, `${indent}}`);
  return lines.join("\n");
}

function printNode(node: Node, indent: string): string {
  const { operator } = node;
  const outputs = node.outputs.map((value) => `${value.name}: ${formatType(value.type)}`).join(", ");
  const inputs = node.inputs.map((input) => input?.name ?? "_").join(", ");
  const attributes = [...node.attributes].map(([name, value]) => `${name}=${printAttribute(value, indent)}`);
  const type = operator.domain === "" ? operator.type : `${operator.domain}.${operator.type}`;
  return `${outputs} = ${type}(${[inputs, ...attributes].filter((part) => part !== "").join(", ")})`;
}

function printAttribute(attribute: Attribute, indent: string): string {
  switch (attribute.kind) {
    case "graph":
      return printGraph(attribute.value, indent);
    case "graphs":
      return `[${attribute.value.map((graph) => printGraph(graph, indent)).join(", ")}]`;
    case "tensor":
      return printTensor(attribute.value);
    case "tensors":
      return `[${attribute.value.map(printTensor).join(", ")}]`;
    default:
      return JSON.stringify(attribute.value);
  }
}

function printTensor(tensor: Tensor): string {
  return tensor.toString();
}
