import { ImagoError } from "../errors.js";
import { graphField } from "../graph/fields.js";
import type { Graph, Value } from "../graph/graph.js";
import type { FieldsOf, ReadOf } from "../options.js";
import type { DType } from "../tensor/dtype.js";
import { type Tensor, tensor } from "../tensor/tensor.js";
import { constantInts, defineOp, none } from "./define/define.js";
import { dtype, real } from "./define/fields.js";

export interface RangeOptions {
  /** Default: 0. */
  readonly start?: number;
  /** Exclusive. */
  readonly limit: number;
  /** Default: 1; not 0. */
  readonly delta?: number;
  /** Default: "int64". */
  readonly dtype?: DType;
}

const fields = {
  start: real(0),
  limit: real(),
  delta: real(1),
  dtype: dtype("int64"),
} satisfies FieldsOf<RangeOptions>;

function countOf(start: number, limit: number, delta: number): number {
  if (delta === 0) throw new ImagoError("delta must not be 0");
  return Math.max(0, Math.ceil((limit - start) / delta));
}

function numbers({ start, limit, delta, dtype }: ReadOf<typeof fields>): Tensor {
  const count = countOf(start, limit, delta);
  return tensor(
    Float64Array.from({ length: count }, (_, i) => start + i * delta),
    { dtype },
  );
}

/** The numbers from `start` up to `limit` in steps of `delta` as a constant vector. */
export const range = defineOp<
  [Value, Value, Value],
  (graph: Graph, options: RangeOptions) => Value,
  typeof fields
>(
  "Range",
  {
    arity: 3,
    options: { at: 1, fields },
    infer: ({ inputs }) => {
      const [start, limit, delta] = inputs.map((input) => constantInts(input, "a limit")[0] as number);
      const count = countOf(start as number, limit as number, delta as number);
      return [{ dtype: inputs[0].dtype, shape: [count] }];
    },
    gradient: none("its limits are constants"),
  },
  (operator, settings) => (graph) =>
    graphField.read(operator.type, "graph", graph).constant(numbers(settings), "range"),
);
