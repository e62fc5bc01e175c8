import { unaryOp } from "./define/define.js";

/** −x. */
export const neg = unaryOp("Neg", (_x, _y, dy) => neg(dy), { accepts: "signed" });
