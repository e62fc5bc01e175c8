import { binaryOp, none } from "./define/define.js";

/** Whether a or b is true, or both. */
export const or = binaryOp("Or", none("boolean output"), { accepts: "bool" });
