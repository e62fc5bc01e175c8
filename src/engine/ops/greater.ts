import { binaryOp, none } from "./define/define.js";

/** Whether a > b. */
export const greater = binaryOp("Greater", none("boolean output"), { result: "bool" });
