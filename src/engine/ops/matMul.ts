import { ImagoError } from "../errors.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { broadcastShapes, formatShape, type Shape } from "../tensor/shape.js";
import { sumTo } from "./composed/sumTo.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { reshape } from "./reshape.js";
import { transpose } from "./transpose.js";

function productShape(a: Shape, b: Shape): number[] {
  if (a.length === 0 || b.length === 0) throw new ImagoError("expected inputs of rank 1 or more");
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  if (left.at(-1) !== right.at(-2)) {
    throw new ImagoError(
      `the last size of ${formatShape(a)} (${left.at(-1)}) must equal the ` +
        `${b.length === 1 ? "" : "second-to-"}last size of ${formatShape(b)} (${right.at(-2)})`,
    );
  }
  const batch = broadcastShapes(left.slice(0, -2), right.slice(0, -2));
  const rows = a.length === 1 ? [] : [left.at(-2) as number];
  const columns = b.length === 1 ? [] : [right.at(-1) as number];
  return [...batch, ...rows, ...columns];
}

/** The last two axes exchanged. */
export function matrixTranspose(x: Value): Value {
  const axes = Array.from({ length: x.rank }, (_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

/** The gradient for both factors, each at least a matrix. */
function gradientOfMatrices(a: Value, b: Value, dy: Value): [Value, Value] {
  const da = sumTo(matMul(dy, matrixTranspose(b)), a.shape);
  if (b.rank === 2 && a.rank > 2) {
    // One product over all rows instead of one for each batch entry and a sum over them.
    const rows = reshape(a, [-1, a.size(-1)]);
    const columns = reshape(dy, [-1, dy.size(-1)]);
    return [da, matMul(transpose(rows), columns)];
  }
  return [da, sumTo(matMul(matrixTranspose(a), dy), b.shape)];
}

/** Matrix product over the last two axes, the others broadcast; a vector is a row at the left, a column at the right. */
export const matMul = defineOp<[Value, Value], (a: Operand, b: Operand) => Value>(
  "MatMul",
  {
    arity: 2,
    infer: ({ inputs: [a, b] }) => {
      if (a.dtype !== b.dtype) throw new ImagoError("expected inputs of one element type");
      return [{ dtype: a.dtype, shape: productShape(a.shape, b.shape) }];
    },
    gradient: ({ inputs: [a, b], outputs: [y], outputGradients: [dy] }): InputGradients => {
      const left = a.rank === 1 ? reshape(a, [1, ...a.shape]) : a;
      const right = b.rank === 1 ? reshape(b, [...b.shape, 1]) : b;
      const full = productShape(left.shape, right.shape);
      const [da, db] = gradientOfMatrices(left, right, reshape(dy, y.rank === full.length ? y.shape : full));
      return [reshape(da, a.shape), reshape(db, b.shape)];
    },
  },
  (operator) => (a, b) => emit(operator, [a, b]),
);
