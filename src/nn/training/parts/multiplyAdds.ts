import type { Graph, Node, Value } from "../../../engine/graph/graph.js";
import { einsumTerms } from "../../../engine/ops/define/einsumTerms.js";
import { sizeOf } from "../../../engine/tensor/shape.js";

/** Multiplications that are added up in one run of a graph: products of matrices, convolutions, and loops of them. */
export function multiplyAdds(graph: Graph): number {
  return graph.nodes.reduce((sum, node) => sum + ofNode(node), 0);
}

function ofNode(node: Node): number {
  const [a, b] = node.inputs as readonly [Value, Value];
  const made = sizeOf((node.outputs[0] as Value).shape);
  switch (node.operator.type) {
    case "MatMul":
      return made * (a.shape.at(-1) ?? 1);
    case "Gemm":
      return made * a.size(node.attributes.int("transA", 0) === 1 ? 0 : 1);
    case "Conv":
      return made * sizeOf(b.shape.slice(1));
    case "ConvTranspose":
      return sizeOf(a.shape) * sizeOf(b.shape.slice(1));
    case "Einsum": {
      const shapes = node.inputs.map((input) => (input as Value).shape);
      return [...einsumTerms(node.attributes.string("equation"), shapes).sizes.values()].reduce(
        (x, y) => x * y,
        1,
      );
    }
    case "Scan": {
      const steps = node.inputs.at(-1)?.shape[0] ?? 1;
      return node.attributes.graphs().reduce((sum, body) => sum + steps * multiplyAdds(body), 0);
    }
    default:
      return 0;
  }
}
