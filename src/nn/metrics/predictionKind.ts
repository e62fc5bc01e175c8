import type { Shape } from "../../engine/tensor/shape.js";
import type { TargetKind } from "../losses/loss.js";

/** What a prediction is: single probabilities, or scores of classes with one-hot targets or class numbers. */
export type PredictionKind = "binary" | "categorical" | "sparse";

/**
 * The kind of a prediction, as Keras decides it by shapes: a last axis of size 1 is binary; a target of lower
 * rank, or with a last axis of size 1, holds class numbers. Beyond Keras, a loss of single probabilities, whose targets
 * are `labels`, makes several of them binary too, which Keras would take for one-hot classes.
 */
export function predictionKind(target: Shape, prediction: Shape, targets?: TargetKind): PredictionKind {
  if ((prediction.at(-1) ?? 1) === 1 || targets === "labels") return "binary";
  return target.length < prediction.length || target.at(-1) === 1 ? "sparse" : "categorical";
}
