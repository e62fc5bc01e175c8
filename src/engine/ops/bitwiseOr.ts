import { binaryOp, none } from "./define/define.js";

/** The bits set in either integer or both. */
export const bitwiseOr = binaryOp("BitwiseOr", none("integer output"), { accepts: "integer" });
