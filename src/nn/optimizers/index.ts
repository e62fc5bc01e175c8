/** Optimisers. */
export * from "./all.js";
export { type Evaluation, type LbfgsOptions, type LbfgsProgress, lbfgs, type Vector } from "./lbfgs.js";
export type { OptimizerOptions } from "./make.js";
export type { Clipping, Optimizer, Schedule, Slot, Update, UpdateContext } from "./optimizer.js";
export { type OptimizerSpec, optimizer } from "./resolve.js";
