import type { Value } from "../../graph/graph.js";
import { mul } from "../mul.js";

/** x². */
export function square(x: Value): Value {
  return mul(x, x);
}
