/** The search for good hyper-parameters. */
export type { Candidate, Ending, TestFigure } from "./ending/ending.js";
export { endingText } from "./ending/endingText.js";
export type { FinishOptions, Measured } from "./ending/finish.js";
export { type Parts, Sealed, type SplitOptions, split, type Table } from "./ending/split.js";
export type { ImportanceOptions } from "./importance/importance.js";
export type { ParameterImportance } from "./importance/parameterImportance.js";
export * from "./pruners/all.js";
export type { Followed, Pruner, PruneSituation, Reports } from "./pruners/pruner.js";
export type { PrunerSpec } from "./pruners/resolve.js";
export { type PruningOptions, pruning } from "./pruning.js";
export { type AutoOptions, auto } from "./samplers/auto/auto.js";
export { type CmaesOptions, cmaes } from "./samplers/cmaes/cmaes.js";
export { type GeneticOptions, genetic } from "./samplers/genetic/genetic.js";
export { type GpOptions, gp } from "./samplers/gp/gp.js";
export { type GridOptions, grid } from "./samplers/grid.js";
export { random } from "./samplers/random.js";
export type { SamplerSpec } from "./samplers/resolve.js";
export type { Sampler, Seen, Situation } from "./samplers/sampler.js";
export { sobol } from "./samplers/sobol/sobol.js";
export { type TpeOptions, tpe } from "./samplers/tpe/tpe.js";
export {
  type BranchesParameter,
  choice,
  type FloatOptions,
  type FloatParameter,
  float,
  type IntOptions,
  type IntParameter,
  int,
  logNormal,
  type NormalParameter,
  normal,
  type ParamsOf,
  type Space,
  type ValuesParameter,
} from "./space/parameters.js";
export { openStudy, readStudy } from "./study/openStudy.js";
export type { Direction, RunOptions, StorageOptions, StudyOptions } from "./study/options.js";
export type { Outcome } from "./study/outcome.js";
export type { Span, TrialRecord, TrialState } from "./study/record.js";
export type { ScriptSource } from "./study/runTrials.js";
export type { AskOptions, Objective, Study } from "./study/study.js";
export type { Checkpoint, ReportOptions, Trial } from "./study/trial.js";
export type { EarlierStudy, WarmStart, WarmStartOptions } from "./study/warmStart.js";
export type { BuildContext, TuneData, TuneFit, TuneModelOptions } from "./tuneModel/options.js";
export { type TunedModel, tuneModel } from "./tuneModel/tuneModel.js";
