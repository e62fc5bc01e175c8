import { ImagoError } from "../errors.js";
import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.js";
import { constantInts, defineOp, emit, int64Vector, type Operand } from "./define/define.js";
import { wholes } from "./define/fields.js";
import { isAlready } from "./define/isAlready.js";

/** The shape that `target` means for `shape`: 0 keeps a size (unless `allowZero`), -1 takes what is left. */
function resolveShape(shape: Shape, target: readonly number[], allowZero: boolean): number[] {
  const kept = target.map((size, axis) => (size === 0 && !allowZero ? shape[axis] : size));
  const open = kept.indexOf(-1);
  const known = kept.reduce<number>((product, size) => product * (size === -1 ? 1 : (size ?? Number.NaN)), 1);
  const result = kept.map((size, axis) => (axis === open ? sizeOf(shape) / known : (size as number)));
  if (sizeOf(result) !== sizeOf(shape) || !result.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new ImagoError(
      `cannot reshape ${formatShape(shape)} (${sizeOf(shape)} elements) to ${formatShape(target)}`,
    );
  }
  return result;
}

/** The same elements in row-major order under another shape; one size may be -1: what is left. */
export const reshape = defineOp<[Value, Value], (x: Operand, shape: Shape) => Value>(
  "Reshape",
  {
    arity: 2,
    infer: ({ inputs: [x, shape], attributes }) => {
      const target = constantInts(shape, "the target shape");
      return [{ dtype: x.dtype, shape: resolveShape(x.shape, target, attributes.int("allowzero", 0) === 1) }];
    },
    gradient: ({ inputs: [x], outputGradients: [dy] }): InputGradients => [reshape(dy, x.shape), undefined],
  },
  (operator) => (x, shape) => {
    wholes.read(operator.type, "shape", shape);
    if (isAlready(x, shape)) return x;
    // allowzero, so that an empty tensor's size of 0 means 0 and not "keep".
    return emit(operator, [x, int64Vector(shape)], { allowzero: shape.includes(0) ? int(1) : undefined });
  },
);
