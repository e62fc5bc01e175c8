import { int } from "../../graph/attributes.js";
import type { Value } from "../../graph/graph.js";
import type { Operator } from "../../graph/operator.js";
import { normalizeAxis } from "../../tensor/shape.js";
import { defineOp, emit, type Operand } from "./define.js";
import { requireKind } from "./elementKind.js";

/** Emits an operator that works along one axis: the last unless `axis` says otherwise. */
export type AxisOp = ((x: Operand, axis?: number) => Value) & { readonly operator: Operator };

/** An operator of one floating-point input that works along one axis and keeps the shape. */
export function axisOp(
  type: string,
  gradient: (x: Value, y: Value, dy: Value, axis: number) => Value | undefined,
): AxisOp {
  return defineOp<[Value], (x: Operand, axis?: number) => Value>(
    type,
    {
      arity: 1,
      infer: ({ inputs: [x], attributes }) => {
        requireKind(x, "floating-point");
        normalizeAxis(attributes.int("axis", -1), x.rank);
        return [x.type];
      },
      gradient: ({ inputs: [x], outputs: [y], attributes, outputGradients: [dy] }) => [
        gradient(x, y, dy, normalizeAxis(attributes.int("axis", -1), x.rank)),
      ],
    },
    (operator) => (x, axis) => emit(operator, [x], { axis: axis === undefined ? undefined : int(axis) }),
  );
}
