import type { Value } from "../../graph/graph.js";
import type { DType } from "../../tensor/dtype.js";
import { cast } from "../cast.js";

/** A value in an element type: itself where it has that already, so that what made it can still be seen. */
export function toDtype(value: Value, dtype: DType): Value {
  return value.dtype === dtype ? value : cast(value, dtype);
}
