import { int } from "../../graph/attributes.js";
import type { Value } from "../../graph/graph.js";
import type { GradientContext } from "../../graph/operator.js";
import { type FieldsOf, flag, optional } from "../../options.js";
import { normalizeAxes } from "../../tensor/shape.js";
import { reshape } from "../reshape.js";
import { constantInts, defineOp, emit, int64Vector, type Operand } from "./define.js";
import { wholes } from "./fields.js";

export interface ReduceOptions {
  /** Axes to reduce, negative ones counted from the end. Default: all. */
  readonly axes?: readonly number[] | undefined;
  /** Keep reduced axes with size 1. Default: false, as in Keras (ONNX's own default is true). */
  readonly keepDims?: boolean | undefined;
}

const fields = {
  axes: optional(wholes),
  keepDims: flag(false),
} satisfies FieldsOf<ReduceOptions>;

export type ReduceInputs = [Value, Value?];

/** The reduced axes of a node, from the front. */
export function reducedAxes({
  inputs: [x, axes],
  attributes,
}: Pick<GradientContext<ReduceInputs>, "inputs" | "attributes">): number[] {
  const given = axes === undefined ? [] : constantInts(axes, "axes");
  if (given.length === 0)
    return attributes.int("noop_with_empty_axes", 0) === 1 ? [] : normalizeAxes(undefined, x.rank);
  return normalizeAxes(given, x.rank);
}

/** `reduced` with the reduced axes present as size 1, so that it broadcasts against `x`. */
export function keepAxes(reduced: Value, x: Value, axes: readonly number[]): Value {
  return reshape(
    reduced,
    x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  );
}

/**
 * A reduction operator. `gradient` receives the output and its gradient with the reduced axes kept, and
 * may return anything that broadcasts to the input's shape times it.
 */
export function reduceOp(
  type: string,
  gradient: (x: Value, y: Value, dy: Value, axes: readonly number[]) => Value,
) {
  return defineOp<ReduceInputs, (x: Operand, options?: ReduceOptions) => Value, typeof fields>(
    type,
    {
      arity: [1, 2],
      options: { at: 1, fields },
      infer: (context) => {
        const [x] = context.inputs;
        const axes = reducedAxes(context);
        const keep = context.attributes.int("keepdims", 1) === 1;
        const shape = x.shape.flatMap((size, axis) => (!axes.includes(axis) ? [size] : keep ? [1] : []));
        return [{ dtype: x.dtype, shape }];
      },
      gradient: (context) => {
        const {
          inputs: [x],
          outputs: [y],
          outputGradients: [dy],
        } = context;
        const axes = reducedAxes(context);
        return [gradient(x, keepAxes(y, x, axes), keepAxes(dy, x, axes), axes), undefined];
      },
    },
    (operator, { axes, keepDims }) =>
      (x) =>
        emit(operator, [x, axes === undefined ? undefined : int64Vector(axes)], {
          keepdims: int(keepDims ? 1 : 0),
          // Without this an empty list of axes would mean all of them.
          noop_with_empty_axes: axes?.length === 0 ? int(1) : undefined,
        }),
  );
}
