import type { Value } from "../graph/graph.js";
import { int64Vector } from "../ops/define/define.js";
import { expand } from "../ops/expand.js";
import { isFloat } from "../tensor/dtype.js";
import { sizeOf } from "../tensor/shape.js";
import { Tensor, type TensorType } from "../tensor/tensor.js";
import { emitAs, isStandard, type Rule, type Site } from "./rewrite.js";
import { uniformNumber } from "./uniform.js";

/** Operators whose every element is this function of the inputs' elements. */
const formulas: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Neg: (a) => -a,
};
const arithmetic = new Set(Object.keys(formulas));
const rearrangements = new Set(["Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose", "Expand"]);

/**
 * What arithmetic and rearrangement make of tensors of equal elements, such as the ones that a gradient
 * starts from: one scalar, expanded where the shape asks for it. Exact, since one rounding follows.
 */
export const uniformTensors: Rule = (site) => {
  const { node, inputs } = site;
  const { type } = node.outputs[0] as Value;
  if (!isFloat(type.dtype)) return undefined;
  if (isStandard(node, rearrangements)) {
    const [x] = inputs;
    const number = uniformNumber(x);
    // What is a scalar expanded already stays as it is.
    if (number === undefined || (node.operator.type === "Expand" && x?.rank === 0)) return undefined;
    return [uniform(site, number, type)];
  }
  if (!isStandard(node, arithmetic)) return undefined;
  const numbers = inputs.map(uniformNumber);
  if (!numbers.every((number) => number !== undefined)) return undefined;
  const [a, b] = numbers as [number, number];
  return [uniform(site, (formulas[node.operator.type] as (a: number, b: number) => number)(a, b), type)];
};

function uniform({ node, graph }: Site, number: number, { dtype, shape }: TensorType): Value {
  const scalar = graph.scalar(number, dtype);
  if (shape.length === 0) return scalar;
  if (sizeOf(shape) === 1) return graph.constant(Tensor.full(shape, number, dtype));
  return emitAs(node, graph, expand.operator, [scalar, graph.constant(int64Vector(shape))])[0] as Value;
}
