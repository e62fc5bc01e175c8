/** What a super learner chooses among. */
export * from "./all.js";
export type { Fitted, Learner, LearnerData, SavedFitted } from "./learner.js";
export { Matrix, matrixOf, type Selection } from "./matrix.js";
export { type LearnerSpec, learner } from "./resolve.js";
export { restoreFitted } from "./restoreFitted.js";
