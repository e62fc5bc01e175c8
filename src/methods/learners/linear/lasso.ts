import { readOptions } from "../../../engine/options.js";
import { configOf } from "../../../nn/config/config.js";
import type { Learner } from "../learner.js";
import { elasticNetOf, type LassoOptions, lassoFields } from "./elasticNet.js";

export type { LassoOptions } from "./elasticNet.js";

/**
 * The least (1 / 2n) Σ (y − b₀ − x̃ b)² + λ ‖b‖₁ on columns with mean 0 and standard deviation 1 (divisor n), the
 * intercept free (Tibshirani 1996): the elastic net with α = 1. With classes, the mean log loss takes the place of the
 * half squares.
 */
export function lasso(options: LassoOptions = {}): Learner {
  const config = readOptions("lasso", options, lassoFields);
  return elasticNetOf("lasso", configOf(config), { ...config, alpha: 1 });
}
