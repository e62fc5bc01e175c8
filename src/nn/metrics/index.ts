/** Metrics. */
export * from "./all.js";
export { lossMetric } from "./lossMetric.js";
export type { MetricOptions } from "./make.js";
export type { Direction, Metric, OutputFacts } from "./metric.js";
export type { PredictionKind } from "./predictionKind.js";
export { type MetricSpec, metric } from "./resolve.js";
