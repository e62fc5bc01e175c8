import { ImagoError } from "../errors.js";
import { type Attributes, float, int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, flag } from "../options.js";
import { broadcastShapes, type Shape } from "../tensor/shape.js";
import { sumTo } from "./composed/sumTo.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { real } from "./define/fields.js";

export interface FusedMatMulOptions {
  /** Take `a` with its last two axes exchanged. Default: false. */
  readonly transA?: boolean;
  /** Take `b` with its last two axes exchanged. Default: false. */
  readonly transB?: boolean;
  /** Factor of the product. Default: 1. */
  readonly alpha?: number;
}

function readOptions(attributes: Attributes): Required<FusedMatMulOptions> {
  if (attributes.int("transBatchA", 0) !== 0 || attributes.int("transBatchB", 0) !== 0) {
    throw new ImagoError("transBatchA and transBatchB are not supported");
  }
  return {
    transA: attributes.int("transA", 0) === 1,
    transB: attributes.int("transB", 0) === 1,
    alpha: attributes.float("alpha", 1),
  };
}

/** Rows and columns as they enter the product. */
function matrixOf(shape: Shape, transposed: boolean): [number, number] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

const fields = {
  transA: flag(false),
  transB: flag(false),
  alpha: real(1),
} satisfies FieldsOf<FusedMatMulOptions>;

/**
 * Matrix product over the last two axes of `a` and `b`, each at least a matrix, the axes before them
 * broadcast; a transposed factor costs nothing. An operator of ONNX Runtime, not of ONNX.
 */
export const fusedMatMul = defineOp<
  [Value, Value],
  (a: Operand, b: Operand, options?: FusedMatMulOptions) => Value,
  typeof fields
>(
  "FusedMatMul",
  {
    arity: 2,
    options: { at: 2, fields },
    domain: "com.microsoft",
    infer: ({ inputs: [a, b], attributes }) => {
      const { transA, transB } = readOptions(attributes);
      if (a.dtype !== b.dtype) throw new ImagoError("expected inputs of one element type");
      if (a.rank < 2 || b.rank < 2) throw new ImagoError("expected inputs of rank 2 or more");
      const [rows, inner] = matrixOf(a.shape, transA);
      const [other, columns] = matrixOf(b.shape, transB);
      if (inner !== other)
        throw new ImagoError(`the inner sizes ${inner} and ${other} of the product must be equal`);
      const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
      return [{ dtype: a.dtype, shape: [...batch, rows, columns] }];
    },
    gradient: ({ inputs: [a, b], attributes, outputGradients: [dy] }): InputGradients => {
      const { transA, transB, alpha } = readOptions(attributes);
      const da = transA
        ? fusedMatMul(b, dy, { alpha, transA: transB, transB: true })
        : fusedMatMul(dy, b, { alpha, transB: !transB });
      const db = transB
        ? fusedMatMul(dy, a, { alpha, transA: true, transB: transA })
        : fusedMatMul(a, dy, { alpha, transA: !transA });
      return [sumTo(da, a.shape), sumTo(db, b.shape)];
    },
  },
  (operator, { transA, transB, alpha }) =>
    (a, b) =>
      emit(operator, [a, b], {
        transA: transA ? int(1) : undefined,
        transB: transB ? int(1) : undefined,
        alpha: alpha === 1 ? undefined : float(alpha),
      }),
);
