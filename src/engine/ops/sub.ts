import { binaryOp } from "./define/define.js";
import { neg } from "./neg.js";

/** a − b. */
export const sub = binaryOp("Sub", (_a, _b, dy) => [dy, neg(dy)]);
