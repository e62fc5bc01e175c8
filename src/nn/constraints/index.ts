/** Constraints on weights, applied behind each update. */
export * from "./all.js";
export type { Constraint } from "./constraint.js";
export type { Axes } from "./norms.js";
export { type ConstraintSpec, constraint } from "./resolve.js";
