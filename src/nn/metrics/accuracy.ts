import type { Value } from "../../engine/graph/graph.js";
import { optional, readOptions, text } from "../../engine/options.js";
import type { Shape } from "../../engine/tensor/shape.js";
import { binaryAccuracy, binaryMatches } from "./binaryAccuracy.js";
import { categoricalAccuracy, categoricalMatches } from "./categoricalAccuracy.js";
import { type MetricOptions, meanMetric, metricFields } from "./make.js";
import type { Metric } from "./metric.js";
import { sparseCategoricalAccuracy, sparseMatches } from "./sparseCategoricalAccuracy.js";

/** What a prediction is: single probabilities, or scores of classes with one-hot targets or class numbers. */
export type PredictionKind = "binary" | "categorical" | "sparse";

/**
 * The kind of a prediction, as Keras decides it by shapes: a last axis of size 1 is binary; a target of lower
 * rank, or with a last axis of size 1, holds class numbers. Beyond Keras, a loss of single probabilities
 * (`binaryCrossentropy`, `binaryFocalCrossentropy`, `hinge`, `squaredHinge`) makes several labels binary too,
 * which Keras would take for one-hot classes.
 */
export function predictionKind(target: Shape, prediction: Shape, lossName?: string): PredictionKind {
  const size = prediction.at(-1) ?? 1;
  const oneEach = lossName?.startsWith("binary") || lossName === "hinge" || lossName === "squaredHinge";
  if (size === 1 || oneEach === true) return "binary";
  return target.length < prediction.length || target.at(-1) === 1 ? "sparse" : "categorical";
}

/** The accuracy for a target and a prediction of these shapes, reported as "accuracy". See {@link predictionKind}. */
export function resolveAccuracy(target: Shape, prediction: Shape, lossName?: string): Metric {
  const options = { name: "accuracy" };
  switch (predictionKind(target, prediction, lossName)) {
    case "binary":
      return binaryAccuracy(options);
    case "sparse":
      return sparseCategoricalAccuracy(options);
    case "categorical":
      return categoricalAccuracy(options);
  }
}

export interface AccuracyOptions extends MetricOptions {
  /** Name of the loss that the output is trained with. Default: unknown. */
  readonly loss?: string | undefined;
}

function matches(target: Value, prediction: Value, lossName: string | undefined): Value {
  switch (predictionKind(target.shape, prediction.shape, lossName)) {
    case "binary":
      return binaryMatches(target, prediction, 0.5);
    case "sparse":
      return sparseMatches(target, prediction);
    case "categorical":
      return categoricalMatches(target, prediction);
  }
}

/** Binary, categorical or sparse categorical accuracy, as the shapes of target and prediction ask for. */
export function accuracy(options: AccuracyOptions = {}): Metric {
  const read = readOptions("accuracy", options, { loss: optional(text()), ...metricFields });
  return meanMetric("accuracy", read, (target, prediction) => matches(target, prediction, read.loss));
}
