/** Constraints on weights, applied behind each update. */
export type { Constraint } from "./constraint.js";
export { type MaxNormOptions, maxNorm } from "./maxNorm.js";
export { type MinMaxNormOptions, minMaxNorm } from "./minMaxNorm.js";
export { nonNeg } from "./nonNeg.js";
export type { Axes } from "./norms.js";
export { type ConstraintSpec, constraint } from "./resolve.js";
export { type UnitNormOptions, unitNorm } from "./unitNorm.js";
