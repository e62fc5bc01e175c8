import { binaryOp, none } from "./define/define.js";

/** Whether a ≥ b. */
export const greaterOrEqual = binaryOp("GreaterOrEqual", none("boolean output"), { result: "bool" });
