/** How weights are found; see `superLearnerWeights`. */
export const weightMethods = [
  "convex",
  "nnls",
  "nnLogLikelihood",
  "convexLogLikelihood",
  "mixtureLogLikelihood",
  "auc",
] as const;
export type WeightMethod = (typeof weightMethods)[number];
