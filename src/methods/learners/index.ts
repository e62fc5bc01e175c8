/** What a super learner chooses among, and what chooses columns for it. */
export * from "./all.js";
export { type FromModuleOptions, fromModule } from "./fromModule.js";
export type { Fitted, Learner, LearnerData, ModuleSource, SavedFitted } from "./learner.js";
export { Matrix, matrixOf, type Selection } from "./matrix.js";
export { type NetworkOptions, type NetworkShape, network } from "./network/network.js";
export { type LearnerSpec, learner } from "./resolve.js";
export { restoreFitted } from "./restoreFitted.js";
export * as screeners from "./screeners/list.js";
export { type ScreenerSpec, screener } from "./screeners/resolve.js";
export type { Screener } from "./screeners/screener.js";
