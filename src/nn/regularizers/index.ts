/** Penalties on weights and outputs that are added to the loss. */
export * from "./all.js";
export type { Regularizer } from "./regularizer.js";
export { type RegularizerSpec, regularizer } from "./resolve.js";
