import { binaryOp } from "./define/define.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";

/** a / b; integers are divided towards zero. */
export const div = binaryOp("Div", (_a, b, dy, y) => {
  const da = div(dy, b);
  return [da, neg(mul(da, y))];
});
