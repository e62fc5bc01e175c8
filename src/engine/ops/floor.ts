import { unaryOp } from "./define/define.js";

/** The largest whole number that is not above x. The gradient is 0. */
export const floor = unaryOp("Floor", () => undefined);
