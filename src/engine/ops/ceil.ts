import { unaryOp } from "./define/define.js";

/** The smallest whole number that is not below x. The gradient is 0. */
export const ceil = unaryOp("Ceil", () => undefined);
