/** Pools of models, and weights for them. */

export * as learners from "../learners/index.js";
export { type FitCalibrationOptions, fitPlatt, fitTemperature } from "./calibration/fitCalibration.js";
export { type BagFailure, type Bagging, type BaggingOptions, bagging } from "./crossValidate/bagging.js";
export {
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
  type FoldFailure,
} from "./crossValidate/crossValidate.js";
export type { FigureSummary } from "./crossValidate/figureSummary.js";
export type {
  BuildNetwork,
  BuiltNetwork,
  MemberEpoch,
  MemberProgress,
  MembersOptions,
  NetworkData,
  NetworkModule,
} from "./crossValidate/options.js";
export type { TrainedMember } from "./crossValidate/trainedMember.js";
export {
  type CombineRule,
  combineRules,
  type EnsembleOptions,
  ensemble,
} from "./ensemble.js";
export {
  type EnsembleOfStudy,
  type EnsembleOfStudyOptions,
  ensembleOfStudy,
} from "./ensembleOfStudy.js";
export { type AverageCheckpointsOptions, averageCheckpoints } from "./files/averageCheckpoints.js";
export { loadCheckpoints } from "./files/loadCheckpoints.js";
export { type FoldFacts, foldCount } from "./folds/foldCount.js";
export { type Fold, type FoldOptions, makeFolds } from "./folds/folds.js";
export type { HeldOutPredictions } from "./heldOut.js";
export type { HeldOutScores } from "./heldOutScores.js";
export type { RowLoss } from "./losses.js";
export type { Member } from "./members.js";
export {
  type EnsembleReport,
  type EnsembleReportOptions,
  ensembleReport,
  type MemberReport,
} from "./report/ensembleReport.js";
export { type Snapshots, type SnapshotsOptions, snapshots } from "./snapshots.js";
export type { Library } from "./superLearner/candidates.js";
export { loadSuperLearner, saveSuperLearner } from "./superLearner/files/saveSuperLearner.js";
export type { FittedSuperLearner, SuperLearnerState } from "./superLearner/fittedSuperLearner.js";
export type { HonestRisk } from "./superLearner/honestLosses.js";
export type { LearntFacts } from "./superLearner/learntFacts.js";
export type { NestedRisk } from "./superLearner/nested.js";
export type { SuperLearnerOptions } from "./superLearner/options.js";
export {
  type PooledLearner,
  type PooledLearnersOptions,
  pooledLearners,
} from "./superLearner/pooledLearners.js";
export { restoreSuperLearner } from "./superLearner/restoreSuperLearner.js";
export { type SuperLearner, superLearner } from "./superLearner/superLearner.js";
export {
  type SuperLearnerWeights,
  type SuperLearnerWeightsOptions,
  superLearnerWeights,
} from "./superLearnerWeights.js";
export { type FitTogetherOptions, fitTogether } from "./together/fitTogether.js";
export {
  type GreedyOptions,
  type GreedyPath,
  type GreedySelection,
  greedySelection,
} from "./weights/greedySelection.js";
export { type WeightMethod, weightMethods } from "./weights/methods.js";
export type { PoolLossSpec, WholeRisk } from "./weights/poolLoss.js";
export {
  type SimplexWeights,
  type SimplexWeightsOptions,
  simplexWeights,
  type WeightFunction,
} from "./weights/simplexWeights.js";
