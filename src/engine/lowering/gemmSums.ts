import type { Node, Value } from "../graph/graph.js";
import { gemm } from "../ops/gemm.js";
import { broadcastShapes, sameShape } from "../tensor/shape.js";
import { emitAs, isStandard, ownProducer, type Rule, type Site } from "./rewrite.js";

const adds = new Set(["Add"]);
const gemms = new Set(["Gemm"]);

/**
 * What is added to a Gemm, such as the sum so far of a weight's gradient in a loop, is added by the Gemm itself.
 * (ONNX Runtime does so only for MatMul.)
 */
export const gemmSums: Rule = (site) => {
  if (!isStandard(site.node, adds)) return undefined;
  return joined(site, 0) ?? joined(site, 1);
};

/** One Gemm for the sum, where its input `position` is a Gemm that adds nothing yet and has no other use. */
function joined(site: Site, position: 0 | 1): readonly Value[] | undefined {
  const { node, inputs, graph } = site;
  const product = ownProducer(site, position, gemms);
  const addend = inputs[1 - position] as Value;
  const { shape } = node.outputs[0] as Value;
  if (product === undefined || !addsNothing(product)) return undefined;
  if (!sameShape((inputs[position] as Value).shape, shape)) return undefined;
  if (addend.rank > 2 || !sameShape(broadcastShapes(addend.shape, shape), shape)) return undefined;
  return emitAs(
    node,
    graph,
    gemm.operator,
    [product.inputs[0], product.inputs[1], addend],
    product.attributes,
  );
}

function addsNothing({ inputs }: Node): boolean {
  return inputs[2] === undefined;
}
