import { readOptions } from "../../engine/options.js";
import { type F1ScoreOptions, f1Fields, fScoreOf } from "./fBetaScore.js";
import type { Metric } from "./metric.js";

/** The harmonic mean of precision and recall, for targets and predictions `[batch, classes]`. */
export function f1Score(options: F1ScoreOptions = {}): Metric {
  return fScoreOf("f1Score", readOptions("f1Score", options, f1Fields));
}
