/** The search for good hyper-parameters. */
export * from "./pruners/all.js";
export type { Followed, Pruner, PruneSituation, Reports } from "./pruners/pruner.js";
export type { PrunerSpec } from "./pruners/resolve.js";
export { type PruningOptions, pruning } from "./pruning.js";
export { type AutoOptions, auto } from "./samplers/auto/auto.js";
export { type CmaesOptions, cmaes } from "./samplers/cmaes/cmaes.js";
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
export type { RunOptions, StudyOptions } from "./study/options.js";
export type { TrialRecord } from "./study/record.js";
export { type Objective, type Outcome, openStudy, type Study } from "./study/study.js";
export type { Trial } from "./study/trial.js";
