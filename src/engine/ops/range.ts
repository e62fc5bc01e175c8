import { ImagoError } from "../errors.js";
import type { Graph, Value } from "../graph/graph.js";
import type { DType } from "../tensor/dtype.js";
import { type Tensor, tensor } from "../tensor/tensor.js";
import { constantInts, defineOp, none } from "./define/define.js";

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

function countOf(start: number, limit: number, delta: number): number {
  if (delta === 0) throw new ImagoError("delta must not be 0");
  return Math.max(0, Math.ceil((limit - start) / delta));
}

function numbers({ start = 0, limit, delta = 1, dtype = "int64" }: RangeOptions): Tensor {
  const count = countOf(start, limit, delta);
  return tensor(
    Float64Array.from({ length: count }, (_, i) => start + i * delta),
    { dtype },
  );
}

/** The numbers from `start` up to `limit` in steps of `delta` as a constant vector. */
export const range = defineOp<[Value, Value, Value], (graph: Graph, options: RangeOptions) => Value>(
  "Range",
  {
    arity: 3,
    options: { at: 1, required: true },
    infer: ({ inputs }) => {
      const [start, limit, delta] = inputs.map((input) => constantInts(input, "a limit")[0] as number);
      const count = countOf(start as number, limit as number, delta as number);
      return [{ dtype: inputs[0].dtype, shape: [count] }];
    },
    gradient: none("its limits are constants"),
  },
  () => (graph, options) => graph.constant(numbers(options), "range"),
);
