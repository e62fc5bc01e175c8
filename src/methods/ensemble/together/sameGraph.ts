import type { Attribute } from "../../../engine/graph/attributes.js";
import type { Graph, Node, Value } from "../../../engine/graph/graph.js";
import { formatType, type Tensor } from "../../../engine/tensor/tensor.js";

/** Whether two graphs compute the same of inputs in the same places, whatever they call them. */
export function sameGraph(a: Graph, b: Graph): boolean {
  const twins = new Map<Value, Value>();
  const pair = (left: readonly Value[], right: readonly Value[]): boolean =>
    left.length === right.length &&
    left.every((value, place) => {
      const other = right[place] as Value;
      twins.set(value, other);
      return formatType(value.type) === formatType(other.type) && sameBytes(value.constant, other.constant);
    });
  const alike = (left: Value | undefined, right: Value | undefined): boolean =>
    left === undefined ? right === undefined : twins.get(left) === right;
  const sameNode = (left: Node, right: Node | undefined): boolean =>
    right !== undefined &&
    left.operator === right.operator &&
    left.inputs.length === right.inputs.length &&
    left.inputs.every((input, place) => alike(input, right.inputs[place])) &&
    sameAttributes([...left.attributes], [...right.attributes]) &&
    pair(left.outputs, right.outputs);
  return (
    pair(a.inputs, b.inputs) &&
    pair(a.constants, b.constants) &&
    a.nodes.length === b.nodes.length &&
    a.nodes.every((node, place) => sameNode(node, b.nodes[place])) &&
    a.outputs.length === b.outputs.length &&
    a.outputs.every(({ value }, place) => alike(value, b.outputs[place]?.value))
  );
}

type Entry = readonly [string, Attribute];

function sameAttributes(a: readonly Entry[], b: readonly Entry[]): boolean {
  return (
    a.length === b.length &&
    a.every(([name, { kind, value }], place) => {
      const [otherName, other] = b[place] as Entry;
      if (name !== otherName || kind !== other.kind) return false;
      if (kind === "tensor") return sameBytes(value, other.value as Tensor);
      // Nodes with graphs of their own cannot be stacked, and say so there.
      return kind === "graph" || kind === "graphs" || JSON.stringify(value) === JSON.stringify(other.value);
    })
  );
}

function sameBytes(a: Tensor | undefined, b: Tensor | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return formatType(a) === formatType(b) && a.bytes.every((byte, i) => byte === b.bytes[i]);
}
