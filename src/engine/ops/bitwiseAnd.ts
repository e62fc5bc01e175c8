import { binaryOp, none } from "./define/define.js";

/** The bits set in both integers. */
export const bitwiseAnd = binaryOp("BitwiseAnd", none("integer output"), { accepts: "integer" });
