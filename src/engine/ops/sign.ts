import { unaryOp } from "./define/define.js";

/** −1, 0 or 1, as x is below, equal to or above 0. The gradient is 0. */
export const sign = unaryOp("Sign", () => undefined, { accepts: "numeric" });
