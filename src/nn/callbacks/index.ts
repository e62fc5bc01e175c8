/** Callbacks of `fit`, those that write files among them. */

export type { BatchEvent, Callback, FitContext, Moment } from "../training/callback.js";
export { type AverageWeightsOptions, averageWeights } from "./averageWeights.js";
export { type CsvLoggerOptions, csvLogger } from "./csvLogger.js";
export { type EarlyStoppingOptions, earlyStopping } from "./earlyStopping.js";
export { csvFileLogger, jsonLinesFileLogger } from "./files/logFile.js";
export { type ModelCheckpointOptions, modelCheckpoint } from "./files/modelCheckpoint.js";
export { type JsonLinesLoggerOptions, jsonLinesLogger } from "./jsonLinesLogger.js";
export { lambdaCallback } from "./lambdaCallback.js";
export { learningRateScheduler } from "./learningRateScheduler.js";
export type { MonitorMode } from "./monitor.js";
export { type ProgressBarOptions, progressBar } from "./progressBar.js";
export {
  type ReduceLearningRateOnPlateauOptions,
  reduceLearningRateOnPlateau,
} from "./reduceLearningRateOnPlateau.js";
export { stopOnNonFinite } from "./stopOnNonFinite.js";
export { type TimeLimitOptions, timeLimit } from "./timeLimit.js";
