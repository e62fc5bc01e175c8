import type { Value } from "../graph/graph.js";
import { expand } from "../ops/expand.js";
import { gatedAdd } from "../ops/gatedAdd.js";
import { neg } from "../ops/neg.js";
import { sameShape, sizeOf } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { emitAs, isStandard, ownProducer, type Rule, type Site } from "./rewrite.js";
import { uniformNumber } from "./uniform.js";

const sums = new Set(["Add", "Sub"]);
const muls = new Set(["Mul"]);

/** Of fewer elements, an operator costs its call and not its pass over memory, and a gate is one more operator. */
const leastElements = 1024;
/** Shorter rows cost more than they save (measured: 8 are as fast as any number, fewer were not tried). */
const shortestRow = 8;

/**
 * x + y · s and x − y · s with a scalar s, such as the steps and moving averages of optimisers, are one pass over
 * memory in place of two by {@link gatedAdd}, which only ONNX Runtime's own kernels have.
 */
export const gatedSums: Rule = (site) => {
  if (!isStandard(site.node, sums)) return undefined;
  const { type } = site.node.outputs[0] as Value;
  const isLarge = sizeOf(type.shape) >= leastElements && (type.shape.at(-1) as number) >= shortestRow;
  if (type.dtype !== "float32" || type.shape.length === 0 || !isLarge) return undefined;
  if (site.node.operator.type === "Sub") return joined(site, 1);
  return joined(site, 1) ?? joined(site, 0);
};

/** The sum as one operator, where its input `position` is a tensor times a scalar and has no other use. */
function joined(site: Site, position: 0 | 1): readonly Value[] | undefined {
  const { node, inputs, graph } = site;
  const product = ownProducer(site, position, muls);
  const addend = inputs[1 - position] as Value;
  const { shape } = node.outputs[0] as Value;
  if (product === undefined) return undefined;
  const [y, scalar] = scaled(product.inputs as readonly [Value, Value]) ?? [];
  if (y === undefined || scalar === undefined) return undefined;
  if (!sameShape(addend.shape, shape) || !sameShape(y.shape, shape)) return undefined;
  const gate = gateOf(site, scalar, node.operator.type === "Sub");
  return emitAs(node, graph, gatedAdd.operator, [addend, y, gate]);
}

/** A product's tensor and its scalar. */
function scaled([a, b]: readonly [Value, Value]): readonly [Value, Value] | undefined {
  if (isScalar(b)) return [a, b];
  return isScalar(a) ? [b, a] : undefined;
}

const isScalar = (value: Value): boolean => sizeOf(value.shape) === 1 || uniformNumber(value) !== undefined;

/** The scalar, or its negative, once for each row. */
function gateOf({ node, graph }: Site, scalar: Value, negative: boolean): Value {
  const shape = [...(node.outputs[0] as Value).shape.slice(0, -1), 1];
  const number = uniformNumber(scalar);
  const known = number === undefined ? undefined : negative ? -number : number;
  if (known !== undefined && sizeOf(shape) === 1) return graph.constant(Tensor.full(shape, known));
  const one = known === undefined ? signed(scalar, negative) : graph.scalar(known, "float32");
  return sameShape(one.shape, shape) ? one : expand(one, shape);
}

const signed = (scalar: Value, negative: boolean): Value => (negative ? neg(scalar) : scalar);
