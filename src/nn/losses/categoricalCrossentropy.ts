import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { clip } from "../../engine/ops/clip.js";
import { div } from "../../engine/ops/div.js";
import { log } from "../../engine/ops/log.js";
import { logSoftmax } from "../../engine/ops/logSoftmax.js";
import { mul } from "../../engine/ops/mul.js";
import { neg } from "../../engine/ops/neg.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { type FieldsOf, flag, number, readOptions } from "../../engine/options.js";
import { epsilon } from "../config/epsilon.js";
import { softmaxLogits } from "./logits.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields, lossOf } from "./make.js";

export interface CategoricalCrossentropyOptions extends LossOptions {
  /** The predictions are logits, not probabilities. Default: false. */
  readonly fromLogits?: boolean | undefined;
  /** How much of each target is spread evenly over all classes, from 0 to 1. Default: 0. */
  readonly labelSmoothing?: number | undefined;
  /** The classes' axis. Default: −1, the last. */
  readonly axis?: number | undefined;
}

/** How options of crossentropies over classes are read. */
export const categoricalFields = {
  fromLogits: flag(false),
  labelSmoothing: number({ default: 0, min: 0, max: 1 }),
  axis: number({ default: -1, integer: true }),
};

/** Targets with a share spread evenly over the classes, which an axis counts (Szegedy et al. 2015, section 7). */
export function smoothClasses(target: Value, smoothing: number, axis: number): Value {
  if (smoothing === 0) return target;
  return add(mul(target, 1 - smoothing), smoothing / target.size(axis));
}

/** Probabilities that add up to 1 along the axis, each between epsilon and 1 − epsilon. */
export function clippedShares(prediction: Value, axis: number): Value {
  const shares = div(prediction, reduceSum(prediction, { axes: [axis], keepDims: true }));
  return clip(shares, epsilon, 1 - epsilon);
}

const fields = { ...categoricalFields, ...lossFields } satisfies FieldsOf<CategoricalCrossentropyOptions>;

/**
 * −Σ target · log prediction over the classes, for targets that are probabilities or one-hot.
 *
 * Probabilities are brought to a sum of 1 and kept between 1e-7 and 1 − 1e-7, as Keras does. Predictions that
 * come straight from a softmax over `axis` are taken as log-softmax of its input instead, as Keras with
 * TensorFlow does: the same but for classes of a probability outside those bounds, whose loss then goes on
 * growing beyond −log 1e-7 = 16.1 and whose gradient, prediction − target, does not vanish.
 *
 * @returns `[batch, …]`: the prediction's shape without `axis`
 */
export function categoricalCrossentropy(options: CategoricalCrossentropyOptions = {}): Loss {
  const config = readOptions("categoricalCrossentropy", options, fields);
  const { fromLogits, labelSmoothing, axis } = config;
  return lossOf(
    "categoricalCrossentropy",
    config,
    (target, prediction) => {
      const logits = fromLogits ? prediction : softmaxLogits(prediction, axis);
      const logarithms =
        logits === undefined ? log(clippedShares(prediction, axis)) : logSoftmax(logits, axis);
      return neg(reduceSum(mul(smoothClasses(target, labelSmoothing, axis), logarithms), { axes: [axis] }));
    },
    "oneHot",
  );
}
