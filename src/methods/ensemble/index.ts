/** Pools of models, and weights for them. */
export { type EnsembleOptions, ensemble } from "./ensemble.js";
export type { HeldOutPredictions } from "./heldOut.js";
export type { Member } from "./members.js";
export {
  type SuperLearnerWeights,
  type SuperLearnerWeightsOptions,
  superLearnerWeights,
} from "./superLearnerWeights.js";
export { type GreedyOptions, type GreedySelection, greedySelection } from "./weights/greedySelection.js";
export { type WeightMethod, weightMethods } from "./weights/methods.js";
