import { argOp } from "./define/argOp.js";

/** The place of the largest element along an axis, the first of equal ones. */
export const argMax = argOp("ArgMax");
