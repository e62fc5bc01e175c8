import { ImagoError } from "../errors.js";
import type { Value } from "../graph/graph.js";
import { sameShape } from "../tensor/shape.js";
import { formatType } from "../tensor/tensor.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { mul } from "./mul.js";
import { reduceSum } from "./reduceSum.js";

/**
 * x + gate · y in one pass, where each row along the last axis has one gate: x and y of one shape `[…, size]`, gate
 * `[…, 1]`, all of them float32. An operator of ONNX Runtime (1.30), not of ONNX.
 */
export const gatedAdd = defineOp<[Value, Value, Value], (x: Operand, y: Operand, gate: Operand) => Value>(
  "GatedAdd",
  {
    arity: 3,
    domain: "com.microsoft",
    infer: ({ inputs: [x, y, gate] }) => {
      const gates = [...x.shape.slice(0, -1), 1];
      const fits = x.rank > 0 && sameShape(x.shape, y.shape) && sameShape(gate.shape, gates);
      if (!fits || [x, y, gate].some(({ dtype }) => dtype !== "float32")) {
        throw new ImagoError(
          `expected float32[…, size], the same again and float32[…, 1], received ${formatType(x.type)}, ` +
            `${formatType(y.type)} and ${formatType(gate.type)}`,
        );
      }
      return [x.type];
    },
    gradient: ({ inputs: [_x, y, gate], outputGradients: [dy] }) => [
      dy,
      mul(dy, gate),
      reduceSum(mul(dy, y), { axes: [y.rank - 1], keepDims: true }),
    ],
  },
  (operator) => (x, y, gate) => emit(operator, [x, y, gate]),
);
