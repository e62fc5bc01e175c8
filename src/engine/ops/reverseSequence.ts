import { ImagoError } from "../errors.js";
import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, number } from "../options.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { type Indices, toIndices } from "./define/indices.js";

export interface ReverseSequenceOptions {
  /** The axis of the sequences, 0 or 1. Default: 0; the other one is time. */
  readonly batchAxis?: number;
}

const fields = {
  batchAxis: number({ default: 0, min: 0, max: 1, integer: true }),
} satisfies FieldsOf<ReverseSequenceOptions>;

/**
 * Each sequence with its first `lengths[i]` steps back to front and the rest (the padding) where it was.
 *
 * @param x [batch, time, …], or [time, batch, …] with `batchAxis` 1
 * @param lengths int64 [batch], each from 1 to the number of steps
 */
export const reverseSequence = defineOp<
  [Value, Value],
  (x: Operand, lengths: Indices, options?: ReverseSequenceOptions) => Value,
  typeof fields
>(
  "ReverseSequence",
  {
    arity: 2,
    options: { at: 2, fields },
    infer: ({ inputs: [x, lengths], attributes }) => {
      const batch = attributes.int("batch_axis", 1);
      const time = attributes.int("time_axis", 0);
      if (batch + time !== 1 || batch * time !== 0) {
        throw new ImagoError(`batch_axis ${batch} and time_axis ${time} must be 0 and 1 or 1 and 0`);
      }
      if (
        x.rank < 2 ||
        lengths.dtype !== "int64" ||
        lengths.rank !== 1 ||
        lengths.shape[0] !== x.shape[batch]
      ) {
        throw new ImagoError(`expected rank 2 or more and lengths int64[${x.shape[batch] ?? "batch"}]`);
      }
      return [x.type];
    },
    // Reversing twice changes nothing, so the adjoint is the same again.
    gradient: ({ inputs: [, lengths], attributes, outputGradients: [dy] }): InputGradients => [
      reverseSequence(dy, lengths, { batchAxis: attributes.int("batch_axis", 1) }),
      undefined,
    ],
  },
  (operator, { batchAxis }) =>
    (x, lengths) =>
      emit(operator, [x, toIndices(lengths)], { batch_axis: int(batchAxis), time_axis: int(1 - batchAxis) }),
);
