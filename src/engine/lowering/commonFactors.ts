import { Attributes, int } from "../graph/attributes.js";
import type { Graph, Value } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { gemm } from "../ops/gemm.js";
import { transpose } from "../ops/transpose.js";
import { permutationOf } from "./noOps.js";
import { emitAs, isStandard, producerOf, type Rule } from "./rewrite.js";

const adds = new Set(["Add"]);
const transposes = new Set(["Transpose"]);
const matrixProducts = new Set(["MatMul", "Gemm"]);
/** What a Gemm may say without being more than a product of matrices as they are or transposed. */
const plain = new Set(["transA", "transB"]);

/** A matrix, as it is or transposed. */
interface Factor {
  readonly matrix: Value;
  readonly turned: boolean;
}

/**
 * A·F + B·F is (A + B)·F, where A and B are smaller than the products: one pass over F in place of two. The gradient
 * of a Gram matrix F·Fᵀ is such a sum.
 */
export const commonFactors: Rule = ({ node, inputs, graph, uses }) => {
  if (!isStandard(node, adds) || node.inputs.some((input) => uses(input as Value) !== 1)) return undefined;
  const [first, second] = inputs.map((input) => factorsOf(input, graph));
  if (first === undefined || second === undefined) return undefined;
  const [a, factor] = first;
  const [b, other] = second;
  if (factor.matrix !== other.matrix || factor.turned !== other.turned) return undefined;
  if (a.matrix.type.shape.join() !== rows(b, a.turned).join()) return undefined;
  const product = node.outputs[0] as Value;
  if (size(a.matrix) >= size(product)) return undefined;
  const sum = add(a.matrix, b.turned === a.turned ? b.matrix : transpose(b.matrix, [1, 0]));
  const attributes = new Attributes({
    transA: a.turned ? int(1) : undefined,
    transB: factor.turned ? int(1) : undefined,
  });
  return emitAs(node, graph, gemm.operator, [sum, factor.matrix], attributes);
};

/** The shape of a factor's matrix when it is turned so. */
function rows({ matrix, turned }: Factor, wanted: boolean): readonly number[] {
  return turned === wanted ? matrix.shape : [...matrix.shape].reverse();
}

const size = (matrix: Value): number => matrix.size(0) * matrix.size(1);

/** The two matrices whose product `value` is. */
function factorsOf(value: Value | undefined, graph: Graph): readonly [Factor, Factor] | undefined {
  const turning = producerOf(value, transposes);
  if (turning !== undefined) {
    const inner = turning.inputs[0] as Value;
    if (inner.rank !== 2 || permutationOf(turning.attributes.ints("perm"), 2)[0] !== 1) return undefined;
    const factors = factorsOf(inner, graph);
    return factors === undefined ? undefined : [turned(factors[1]), turned(factors[0])];
  }
  const product = producerOf(value, matrixProducts);
  const [a, b, addend] = product?.inputs ?? [];
  if (product === undefined || a?.rank !== 2 || b?.rank !== 2 || addend !== undefined) return undefined;
  const { attributes, outputs } = product;
  if (outputs[0]?.graph !== graph || [...attributes].some(([name]) => !plain.has(name))) return undefined;
  return [
    { matrix: a, turned: attributes.int("transA", 0) === 1 },
    { matrix: b, turned: attributes.int("transB", 0) === 1 },
  ];
}

const turned = (factor: Factor): Factor => ({ matrix: factor.matrix, turned: !factor.turned });
