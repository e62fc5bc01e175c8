import type { Shape } from "../../engine/tensor/shape.js";
import type { TargetKind } from "../losses/loss.js";

/** What a prediction is: single probabilities, or scores of classes with one-hot targets or class numbers. */
export type PredictionKind = "binary" | "categorical" | "sparse";

/**
 * The kind of a prediction, as Keras decides it by shapes: a last axis of size 1 is binary; a target of lower
 * rank, or with a last axis of size 1, holds class numbers. Beyond Keras, a loss of single probabilities, whose targets
 * are `labels`, makes several of them binary too, which Keras would take for one-hot classes.
 *
 * @param axis the classes' axis. Default: the last
 */
export function predictionKind(
  target: Shape,
  prediction: Shape,
  targets?: TargetKind,
  axis = -1,
): PredictionKind {
  if ((prediction.at(axis) ?? 1) === 1 || targets === "labels") return "binary";
  return target.length < prediction.length || target.at(axis) === 1 ? "sparse" : "categorical";
}
