import { binaryOp, none } from "./define/define.js";

/** Whether a ≤ b. */
export const lessOrEqual = binaryOp("LessOrEqual", none("boolean output"), { result: "bool" });
