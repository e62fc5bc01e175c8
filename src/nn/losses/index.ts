/** Losses. */
export * from "./all.js";
export type { Loss, Reduction } from "./loss.js";
export { type LossFromOptions, lossFrom } from "./lossFrom.js";
export type { LossOptions } from "./make.js";
export { type LossSpec, loss } from "./resolve.js";
