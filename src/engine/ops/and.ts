import { binaryOp, none } from "./define/define.js";

/** Whether a and b are both true. */
export const and = binaryOp("And", none("boolean output"), { accepts: "bool" });
