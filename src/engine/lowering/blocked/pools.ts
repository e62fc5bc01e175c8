import type { Value } from "../../graph/graph.js";
import { poolingOf } from "../../ops/pool/pool.js";
import { emitAs, isStandard, type Rule } from "../rewrite.js";
import { blockedPool, blockedSource, reorderOutput } from "./operators.js";

const pools = new Set(["MaxPool", "AveragePool"]);

/** Poolings of images that stay in blocks. */
export const blockedPools: Rule = ({ node, inputs, graph, uses }) => {
  const source = graph.parent === undefined ? blockedSource(inputs[0]) : undefined;
  if (source === undefined || !isStandard(node, pools)) return undefined;
  const [output, indices] = node.outputs as [Value, Value?];
  if (indices !== undefined && uses(indices) > 0) return undefined;
  const { window } = poolingOf(source.shape, node.attributes);
  if (window.dilations.some((dilation) => dilation !== 1)) return undefined;
  const type = node.operator.type === "MaxPool" ? "MaxPool" : "AveragePool";
  const image = blockedPool(type, source, node.attributes);
  const result = reorderOutput(image, output.size(1));
  // Nothing reads the indices; the node that would make them goes with them.
  const plain =
    indices === undefined ? [] : emitAs(node, graph, node.operator, inputs, node.attributes).slice(1);
  return [result, ...plain];
};
