import { extremumGradient } from "./extremumGradient.js";
import { reduceOp } from "./reduce.js";

/** Maximum over axes. Equal largest elements share the gradient equally. */
export const reduceMax = reduceOp("ReduceMax", extremumGradient);
