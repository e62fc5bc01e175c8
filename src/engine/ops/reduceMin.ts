import { extremumGradient } from "./extremumGradient.js";
import { reduceOp } from "./reduce.js";

/** Minimum over axes. Equal smallest elements share the gradient equally. */
export const reduceMin = reduceOp("ReduceMin", extremumGradient);
