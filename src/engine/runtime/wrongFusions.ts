import type { Graph, Node } from "../graph/graph.js";

/** ONNX Runtime's passes that would make another graph of this one, by the names under which it leaves them out. */
export function wrongFusions(graph: Graph): readonly string[] {
  // Its fused operator exists in float32 only, and the pass does not look at the type.
  const gelu = usesFloat64(graph) ? ["QuickGeluFusion"] : [];
  // A border of zeros becomes the pooling's own border, in which nothing counts: wrong where all in a window is below zero.
  const pad = hasPaddedPooling(graph) ? ["Pad_Fusion"] : [];
  // It turns products back that were turned on purpose, and finds nothing that lowering has not found.
  return [...gelu, ...pad, ...(hasTurnedProducts(graph) ? ["GemmTransposeFusion"] : [])];
}

function hasTurnedProducts({ nodes }: Graph): boolean {
  return nodes.some(
    ({ operator, inputs, attributes }) =>
      (operator.type === "Transpose" && inputs[0]?.producer?.operator.type === "Gemm") ||
      attributes.graphs().some(hasTurnedProducts),
  );
}

function usesFloat64(graph: Graph): boolean {
  return graph.nodes.some((node) => node.outputs.some(({ dtype }) => dtype === "float64"));
}

/** What may come to stand between a border and a pooling, or be moved away from there. */
const movable = new Set(["Transpose", "Identity", "Cast"]);

const poolings = new Set(["MaxPool", "AveragePool"]);

function hasPaddedPooling({ nodes }: Graph): boolean {
  return nodes.some((node) => poolings.has(node.operator.type) && sourceOf(node)?.operator.type === "Pad");
}

function sourceOf(node: Node): Node | undefined {
  let before = node.inputs[0]?.producer;
  while (before !== undefined && movable.has(before.operator.type)) before = before.inputs[0]?.producer;
  return before;
}
