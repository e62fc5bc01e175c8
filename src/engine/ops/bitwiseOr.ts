import { binaryOp, none } from "./define.js";

/** The bits set in either integer or both. */
export const bitwiseOr = binaryOp("BitwiseOr", none("integer output"), { accepts: "integer" });
