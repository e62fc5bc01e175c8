import { Value } from "../../graph/graph.js";
import { type Shape, sameShape } from "../../tensor/shape.js";
import type { Operand } from "./define.js";

/** Whether `x` is a value that has `shape`, so that giving it that shape needs no operator. */
export function isAlready(x: Operand, shape: Shape): x is Value {
  return x instanceof Value && sameShape(x.shape, shape);
}
