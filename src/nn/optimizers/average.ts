import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { square } from "../../engine/ops/composed/square.js";
import { mul } from "../../engine/ops/mul.js";
import { sub } from "../../engine/ops/sub.js";

/** An exponential moving average with a new element: `keep` · average + (1 − `keep`) · x. */
export function moved(average: Value, x: Value, keep: number): Value {
  return add(average, mul(sub(x, average), 1 - keep));
}

/** A moving average of squares with a new element: `keep` · average + (1 − `keep`) · x². */
export function movedSquare(average: Value, x: Value, keep: number): Value {
  return moved(average, square(x), keep);
}
