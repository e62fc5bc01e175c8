import { none, unaryOp } from "./define/define.js";

/** Every bit of an integer inverted. */
export const bitwiseNot = unaryOp("BitwiseNot", none("integer output"), { accepts: "integer" });
