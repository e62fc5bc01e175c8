import type { Value } from "../../graph/graph.js";
import type { Shape } from "../../tensor/shape.js";
import { expand } from "../expand.js";

/** Zeros of `shape` with the element type of `like`, in its graph. */
export function zeros(like: Value, shape: Shape = like.shape): Value {
  return expand(like.graph.scalar(0, like.dtype), shape);
}
