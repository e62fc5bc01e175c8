import { extremumGradient } from "./define/extremumGradient.js";
import { reduceOp } from "./define/reduce.js";

/**
 * Minimum over axes; ∞ for an empty axis. Equal smallest elements share the gradient equally.
 *
 * ONNX Runtime gives NaN only where the first of the elements is NaN, so this does not find NaN.
 */
export const reduceMin = reduceOp("ReduceMin", extremumGradient);
