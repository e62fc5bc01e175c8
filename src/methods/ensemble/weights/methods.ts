/** How weights are found; see `superLearnerWeights`. */
export const weightMethods = [
  "convex",
  "nnls",
  "nnLogLikelihood",
  "convexLogLikelihood",
  "mixtureLogLikelihood",
  "auc",
  "greedy",
] as const;
export type WeightMethod = (typeof weightMethods)[number];

/** Whether weights are of log-odds, or of the logs of several classes' probabilities; else of the predictions themselves. */
export function weighsOdds(method: WeightMethod): boolean {
  return method === "nnLogLikelihood" || method === "convexLogLikelihood";
}

/** Whether a method is for labels alone, whatever its loss. */
export function needsLabels(method: WeightMethod): boolean {
  return method !== "convex" && method !== "nnls" && method !== "greedy";
}
