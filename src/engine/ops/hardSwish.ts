import { add } from "./add.js";
import { unaryOp } from "./define/define.js";
import { greater } from "./greater.js";
import { less } from "./less.js";
import { mul } from "./mul.js";
import { where } from "./where.js";

/** x · max(0, min(1, x/6 + 1/2)) (Howard et al. 2019, section 5.2). The gradient is 0 at −3 and 1 at 3. */
export const hardSwish = unaryOp("HardSwish", (x, _y, dy) => {
  const slope = where(less(x, 3), add(mul(x, 1 / 3), 0.5), 1);
  return mul(dy, where(greater(x, -3), slope, 0));
});
