import { binaryOp, none } from "./define/define.js";

/** Whether a < b. */
export const less = binaryOp("Less", none("boolean output"), { result: "bool" });
