import { ImagoError } from "../errors.js";
import { type Attributes, float, int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, flag } from "../options.js";
import { broadcastShapes, formatShape, type Shape, sameShape } from "../tensor/shape.js";
import { sumTo } from "./composed/sumTo.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { real } from "./define/fields.js";
import { mul } from "./mul.js";

export interface GemmOptions {
  /** Factor of the product. Default: 1. */
  readonly alpha?: number;
  /** Factor of `c`. Default: 1. */
  readonly beta?: number;
  /** Take `a` transposed. Default: false. */
  readonly transA?: boolean;
  /** Take `b` transposed. Default: false. */
  readonly transB?: boolean;
}

type GemmInputs = [Value, Value, Value?];

function readOptions(attributes: Attributes): Required<GemmOptions> {
  return {
    alpha: attributes.float("alpha", 1),
    beta: attributes.float("beta", 1),
    transA: attributes.int("transA", 0) === 1,
    transB: attributes.int("transB", 0) === 1,
  };
}

function productShape(a: Shape, b: Shape, { transA, transB }: GemmOptions): number[] {
  if (a.length !== 2 || b.length !== 2) throw new ImagoError("expected two matrices");
  const [rows, inner] = transA === true ? a.toReversed() : a;
  const [other, columns] = transB === true ? b.toReversed() : b;
  if (inner !== other)
    throw new ImagoError(`the inner sizes ${inner} and ${other} of the product must be equal`);
  return [rows as number, columns as number];
}

const fields = {
  alpha: real(1),
  beta: real(1),
  transA: flag(false),
  transB: flag(false),
} satisfies FieldsOf<GemmOptions>;

/** `alpha` · a · b + `beta` · c for matrices a and b, each transposed on demand; c broadcasts to the product. */
export const gemm = defineOp<
  GemmInputs,
  (a: Operand, b: Operand, c?: Operand, options?: GemmOptions) => Value,
  typeof fields
>(
  "Gemm",
  {
    arity: [2, 3],
    options: { at: 3, fields },
    infer: ({ inputs: [a, b, c], attributes }) => {
      const shape = productShape(a.shape, b.shape, readOptions(attributes));
      if (a.dtype !== b.dtype || (c !== undefined && c.dtype !== a.dtype)) {
        throw new ImagoError("expected inputs of one element type");
      }
      if (c !== undefined && !sameShape(broadcastShapes(c.shape, shape), shape)) {
        throw new ImagoError(
          `c ${formatShape(c.shape)} does not broadcast to the product ${formatShape(shape)}`,
        );
      }
      return [{ dtype: a.dtype, shape }];
    },
    gradient: ({ inputs: [a, b, c], attributes, outputGradients: [dy] }): InputGradients => {
      const { alpha, beta, transA, transB } = readOptions(attributes);
      const da = transA
        ? gemm(b, dy, undefined, { alpha, transA: transB, transB: true })
        : gemm(dy, b, undefined, { alpha, transB: !transB });
      const db = transB
        ? gemm(dy, a, undefined, { alpha, transA: true, transB: transA })
        : gemm(a, dy, undefined, { alpha, transA: !transA });
      return [da, db, c === undefined ? undefined : biasGradient(dy, c, beta)];
    },
  },
  (operator, { alpha, beta, transA, transB }) =>
    (a, b, c) =>
      emit(operator, [a, b, c], {
        alpha: alpha === 1 ? undefined : float(alpha),
        beta: beta === 1 ? undefined : float(beta),
        transA: transA ? int(1) : undefined,
        transB: transB ? int(1) : undefined,
      }),
);

function biasGradient(dy: Value, c: Value, beta: number): Value {
  const summed = sumTo(dy, c.shape);
  return beta === 1 ? summed : mul(summed, beta);
}
