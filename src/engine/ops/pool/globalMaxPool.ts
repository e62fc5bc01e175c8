import type { Value } from "../../graph/graph.js";
import type { InputGradients } from "../../graph/operator.js";
import { sizeOf } from "../../tensor/shape.js";
import { argMax } from "../argMax.js";
import { zeros } from "../composed/zeros.js";
import { requireImage } from "../conv/window.js";
import { defineOp, emit } from "../define/define.js";
import { requireKind } from "../define/elementKind.js";
import { reshape } from "../reshape.js";
import { scatterElements } from "../scatterElements.js";

/** The largest element of each channel: [batch, channels, …] to [batch, channels, 1, …]. Its gradient goes to the first. */
export const globalMaxPool = defineOp<[Value], (x: Value) => Value>(
  "GlobalMaxPool",
  {
    arity: 1,
    infer: ({ inputs: [x] }) => {
      requireImage(x.shape);
      requireKind(x, "floating-point");
      return [{ dtype: x.dtype, shape: x.shape.map((size, axis) => (axis < 2 ? size : 1)) }];
    },
    gradient: ({ inputs: [x], outputGradients: [dy] }): InputGradients => {
      const channels = sizeOf(x.shape.slice(0, 2));
      const rows = reshape(x, [channels, sizeOf(x.shape.slice(2))]);
      const first = argMax(rows, { axis: 1, keepDims: true });
      const placed = scatterElements(zeros(rows), first, reshape(dy, [channels, 1]), { axis: 1 });
      return [reshape(placed, x.shape)];
    },
  },
  (operator) => (x) => emit(operator, [x]),
);
