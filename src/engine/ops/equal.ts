import { binaryOp, none } from "./define/define.js";

/** Whether a = b. NaN equals nothing. */
export const equal = binaryOp("Equal", none("boolean output"), { accepts: "any", result: "bool" });
