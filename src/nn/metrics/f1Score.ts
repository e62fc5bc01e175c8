import { type F1ScoreOptions, fScoreNamed } from "./fBetaScore.js";
import type { Metric } from "./metric.js";

/** The harmonic mean of precision and recall, for targets and predictions `[batch, classes]`. */
export function f1Score(options: F1ScoreOptions = {}): Metric {
  return fScoreNamed("f1Score", options, undefined);
}
