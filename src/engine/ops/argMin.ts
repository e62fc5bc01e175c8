import { argOp } from "./define/argOp.js";

/** The place of the smallest element along an axis, the first of equal ones. */
export const argMin = argOp("ArgMin");
