/** Trainings on record: what was tried, how it went, what came of it. */

export {
  type RemoveRunOptions,
  removeRun,
  type TagRunOptions,
  tagRun,
} from "./changeRuns.js";
export { type ComparedFigure, compareRuns, type RunComparison, type RunDifference } from "./compareRuns.js";
export type { Curve, RunText } from "./curves.js";
export { type ExportRunsOptions, exportRuns } from "./exportRuns.js";
export { type ListRunsOptions, listRuns } from "./listRuns.js";
export { type ReadRunOptions, type RunRecord, readRun } from "./readRun.js";
export { type OpenRunOptions, openRun, type Run } from "./run.js";
export type { RunOptions } from "./runOptions.js";
export type {
  BestFigure,
  RunCommit,
  RunMachine,
  RunState,
  RunSummary,
  RunVersions,
} from "./summary.js";
export { type Tracker, type TrackOptions, track } from "./track.js";
