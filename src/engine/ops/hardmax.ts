import { axisOp } from "./define/axisOp.js";

/** 1 at the first largest element along one axis (default: the last), 0 elsewhere. The gradient is 0. */
export const hardmax = axisOp("Hardmax", () => undefined);
