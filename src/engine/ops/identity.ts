import { unaryOp } from "./define/define.js";

/** x itself. */
export const identity = unaryOp("Identity", (_x, _y, dy) => dy, { accepts: "any" });
