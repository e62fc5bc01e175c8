import { none, unaryOp } from "./define/define.js";

/** Whether x is false. */
export const not = unaryOp("Not", none("boolean output"), { accepts: "bool" });
