import { extremumOp } from "./define/extremumOp.js";

/** The largest of any number of inputs, element by element. Equal ones share the gradient equally. */
export const max = extremumOp("Max");
