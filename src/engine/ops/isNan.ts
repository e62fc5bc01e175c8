import { none, unaryOp } from "./define/define.js";

/** Whether x is not a number. */
export const isNan = unaryOp("IsNaN", none("boolean output"), { result: "bool" });
