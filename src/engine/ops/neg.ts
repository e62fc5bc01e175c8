import { unaryOp } from "./define.js";

/** −x. */
export const neg = unaryOp("Neg", (_x, _y, dy) => neg(dy), { accepts: "signed" });
