import type { Value } from "../../graph/graph.js";
import { mul } from "../mul.js";
import { sigmoid } from "../sigmoid.js";

/** x · sigmoid(x), also called swish (Elfwing et al. 2017, eq. 5; Hendrycks and Gimpel 2016). */
export function silu(x: Value): Value {
  return mul(x, sigmoid(x));
}
