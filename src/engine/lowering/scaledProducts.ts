import { type Attribute, Attributes, float } from "../graph/attributes.js";
import type { Node, Value } from "../graph/graph.js";
import { gemm } from "../ops/gemm.js";
import { mul } from "../ops/mul.js";
import { sizeOf } from "../tensor/shape.js";
import { emitAs, isStandard, ownProducer, type Rule, type Site } from "./rewrite.js";
import { uniformNumber } from "./uniform.js";

const muls = new Set(["Mul"]);
const products = new Set(["MatMul", "Gemm"]);

/** A factor of a product is scaled in its place where the product is so many times larger. */
const timesLarger = 4;

/**
 * A product of two matrices times a scalar, such as the share of a weight's gradient in a moving average: a known
 * scalar is the product's own factor, and costs nothing; another one is multiplied by the smaller matrix, where that is
 * much smaller.
 */
export const scaledProducts: Rule = (site) => {
  if (!isStandard(site.node, muls)) return undefined;
  return scaled(site, 0) ?? scaled(site, 1);
};

function scaled(site: Site, position: 0 | 1): readonly Value[] | undefined {
  const { node, inputs, graph } = site;
  const product = ownProducer(site, position, products);
  const scalar = inputs[1 - position] as Value;
  const { rank } = node.outputs[0] as Value;
  if (product === undefined) return undefined;
  const [a, b, addend] = product.inputs as readonly [Value, Value, Value?];
  if (addend !== undefined || rank !== 2 || a.rank !== 2 || b.rank !== 2) return undefined;
  const number = uniformNumber(scalar);
  if (number !== undefined) {
    const alpha = number * product.attributes.float("alpha", 1);
    return emitAs(node, graph, gemm.operator, [a, b], withAttribute(product, "alpha", float(alpha)));
  }
  const size = sizeOf((node.outputs[0] as Value).shape);
  if (sizeOf(scalar.shape) !== 1) return undefined;
  if (sizeOf(b.shape) * timesLarger <= size)
    return emitAs(node, graph, product.operator, [a, mul(b, scalar)], product.attributes);
  if (sizeOf(a.shape) * timesLarger <= size)
    return emitAs(node, graph, product.operator, [mul(a, scalar), b], product.attributes);
  return undefined;
}

function withAttribute({ attributes }: Node, name: string, attribute: Attribute): Attributes {
  return new Attributes({ ...Object.fromEntries(attributes), [name]: attribute });
}
