import { add } from "./add.js";
import { clip } from "./clip.js";
import { unaryOp } from "./define/define.js";
import { mul } from "./mul.js";
import { sigmoid } from "./sigmoid.js";
import { softplus } from "./softplus.js";
import { sub } from "./sub.js";
import { tanh } from "./tanh.js";

/** x · tanh(softplus(x)) (Misra 2019, eq. 1). */
export const mish = unaryOp("Mish", (x, _y, dy) => {
  // The slope is constant beyond; without the bounds it would be 0 · ∞ at an infinite x.
  const bounded = clip(x, -1000, 1000);
  const t = tanh(softplus(bounded));
  const steep = mul(sub(1, mul(t, t)), mul(bounded, sigmoid(bounded)));
  return mul(dy, add(t, steep));
});
