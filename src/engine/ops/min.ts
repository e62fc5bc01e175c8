import { extremumOp } from "./define/extremumOp.js";

/** The smallest of any number of inputs, element by element. Equal ones share the gradient equally. */
export const min = extremumOp("Min");
