import { Attributes, int } from "../graph/attributes.js";
import type { Graph, Value } from "../graph/graph.js";
import { fusedMatMul } from "../ops/fusedMatMul.js";
import { gemm } from "../ops/gemm.js";
import { permutationOf } from "./noOps.js";
import { emitAs, isStandard, producerOf, type Rule } from "./rewrite.js";

const matMuls = new Set(["MatMul"]);
const transposes = new Set(["Transpose"]);

/** A product of transposed matrices transposes them itself. */
export const products: Rule = ({ node, inputs, graph }) => {
  if (!isStandard(node, matMuls)) return undefined;
  const [a, b] = inputs as [Value, Value];
  const left = untransposed(a, graph);
  const right = untransposed(b, graph);
  if ((left === undefined && right === undefined) || a.rank < 2 || b.rank < 2) return undefined;
  const operator = a.rank === 2 && b.rank === 2 ? gemm.operator : fusedMatMul.operator;
  // ONNX Runtime has its own operator in one precision only.
  if (operator === fusedMatMul.operator && a.dtype !== "float32") return undefined;
  const attributes = new Attributes({
    transA: left === undefined ? undefined : int(1),
    transB: right === undefined ? undefined : int(1),
  });
  return emitAs(node, graph, operator, [left ?? a, right ?? b], attributes);
};

/** What `x` is with its last two axes exchanged, where a Transpose in the same graph does only that. */
function untransposed(x: Value, graph: Graph): Value | undefined {
  const producer = producerOf(x, transposes);
  const { rank } = x;
  if (producer === undefined || rank < 2 || x.graph !== graph) return undefined;
  const permutation = permutationOf(producer.attributes.ints("perm"), rank);
  const expected = (axis: number): number =>
    axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis;
  return permutation.every((from, axis) => from === expected(axis)) ? producer.inputs[0] : undefined;
}
