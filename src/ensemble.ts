/** Several models as one, and the super learner. */
export * from "./methods/ensemble/index.js";
