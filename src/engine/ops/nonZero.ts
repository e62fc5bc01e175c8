import { ImagoError } from "../errors.js";
import type { Value } from "../graph/graph.js";
import { defineOp, emit, none, type Operand } from "./define/define.js";

/**
 * The coordinates of the elements that are not 0, int64 [rank, count].
 *
 * @throws unless `x` is a constant: the shape of the result depends on the elements
 */
export const nonZero = defineOp<[Value], (x: Operand) => Value>(
  "NonZero",
  {
    arity: 1,
    infer: ({ inputs: [x] }) => {
      if (x.constant === undefined) {
        throw new ImagoError(
          "the shape of its result depends on the elements, and shapes are fixed when a graph is built.",
          { help: "Use where() with a mask, or topK()." },
        );
      }
      const count = Array.from(x.constant.data as Iterable<number | bigint>).filter((e) => Number(e) !== 0);
      return [{ dtype: "int64", shape: [x.rank, count.length] }];
    },
    gradient: none("integer output"),
  },
  (operator) => (x) => emit(operator, [x]),
);
