import { unaryOp } from "./define/define.js";

/** The nearest whole number; halves go to the even one. The gradient is 0. */
export const round = unaryOp("Round", () => undefined);
