import { binaryOp } from "./define/define.js";

/** a + b. */
export const add = binaryOp("Add", (_a, _b, dy) => [dy, dy]);
