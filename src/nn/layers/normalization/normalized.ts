import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { mul } from "../../../engine/ops/mul.js";
import { reciprocal } from "../../../engine/ops/reciprocal.js";
import { sqrt } from "../../../engine/ops/sqrt.js";
import { sub } from "../../../engine/ops/sub.js";

/** Mean and variance, of shapes that broadcast to what they are taken of. */
export interface Moments {
  readonly mean: Value;
  readonly variance: Value;
}

/** (x − mean) / √(variance + ε) · gamma + beta; gamma and beta broadcast to x. */
export function normalized(
  x: Value,
  { mean, variance }: Moments,
  epsilon: number,
  { gamma, beta }: { readonly gamma: Value | undefined; readonly beta: Value | undefined },
): Value {
  const inverse = reciprocal(sqrt(add(variance, epsilon)));
  const scaled = mul(sub(x, mean), gamma === undefined ? inverse : mul(inverse, gamma));
  return beta === undefined ? scaled : add(scaled, beta);
}
