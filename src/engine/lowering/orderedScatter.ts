import type { Value } from "../graph/graph.js";
import { reductionOf } from "../ops/define/reduction.js";
import { scatterND } from "../ops/scatterND.js";
import { isStandard, type Rule } from "./rewrite.js";

const types = new Set(["ScatterND"]);

/**
 * A ScatterND with a reduction, as files of other programs have it: ONNX Runtime 1.30 loses terms of its sums
 * with more than one thread. The function `scatterND` emits operators that work in order instead.
 */
export const orderedScatter: Rule = ({ node, inputs, graph }) => {
  if (!isStandard(node, types)) return undefined;
  const reduction = reductionOf(node.attributes);
  if (reduction === "none") return undefined;
  const [x, indices, updates] = inputs as [Value, Value, Value];
  return [graph.scoped(node.name, () => scatterND(x, indices, updates, { reduction }))];
};
