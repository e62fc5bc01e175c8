import type { Value } from "../../graph/graph.js";
import type { Operand } from "../define/define.js";
import { slice } from "../slice.js";

/** `x` back to front along `axes`. */
export function reverse(x: Operand, axes: readonly number[]): Value {
  return slice(x, {
    starts: axes.map(() => -1),
    ends: axes.map(() => Number.NEGATIVE_INFINITY),
    axes,
    steps: axes.map(() => -1),
  });
}
