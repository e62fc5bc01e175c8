import { binaryOp, none } from "./define/define.js";

/** Whether exactly one of a and b is true. */
export const xor = binaryOp("Xor", none("boolean output"), { accepts: "bool" });
