import { binaryOp, none } from "./define/define.js";

/** The bits set in exactly one of two integers. */
export const bitwiseXor = binaryOp("BitwiseXor", none("integer output"), { accepts: "integer" });
