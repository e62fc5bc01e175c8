import type { Value } from "../../../engine/graph/graph.js";
import { cos } from "../../../engine/ops/cos.js";
import { log } from "../../../engine/ops/log.js";
import { mul } from "../../../engine/ops/mul.js";
import { sqrt } from "../../../engine/ops/sqrt.js";
import { sub } from "../../../engine/ops/sub.js";
import type { Shape } from "../../../engine/tensor/shape.js";
import type { CallContext } from "./context.js";

/**
 * Float32 numbers of the standard normal distribution, other ones at every run (Box and Muller 1958).
 */
export function randomNormal(context: CallContext, shape: Shape): Value {
  // In (0, 1]: the logarithm of 0 is infinite.
  const radius = sqrt(mul(log(sub(1, context.random(shape))), -2));
  return mul(radius, cos(mul(context.random(shape), 2 * Math.PI)));
}
