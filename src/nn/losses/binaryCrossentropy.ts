import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { clip } from "../../engine/ops/clip.js";
import { log } from "../../engine/ops/log.js";
import { mul } from "../../engine/ops/mul.js";
import { neg } from "../../engine/ops/neg.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { softplus } from "../../engine/ops/softplus.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, flag, number, readOptions } from "../../engine/options.js";
import { epsilon } from "../config/epsilon.js";
import { sigmoidLogits } from "./logits.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields, lossOf } from "./make.js";

export interface BinaryCrossentropyOptions extends LossOptions {
  /** The predictions are logits, not probabilities. Default: false. */
  readonly fromLogits?: boolean | undefined;
  /** How far targets are moved towards ½, from 0 to 1. Default: 0. */
  readonly labelSmoothing?: number | undefined;
  /** The axis that the mean is taken over. Default: −1, the last. */
  readonly axis?: number | undefined;
}

/** How options of crossentropies of single probabilities are read. */
export const binaryFields = {
  fromLogits: flag(false),
  labelSmoothing: number({ default: 0, min: 0, max: 1 }),
  axis: number({ default: -1, integer: true }),
};

/** Targets moved towards ½. */
export function smoothLabels(target: Value, smoothing: number): Value {
  return smoothing === 0 ? target : add(mul(target, 1 - smoothing), smoothing / 2);
}

/** −target · log p − (1 − target) · log(1 − p), with p between epsilon and 1 − epsilon. */
export function clippedCrossentropy(target: Value, probability: Value): Value {
  const p = clip(probability, epsilon, 1 - epsilon);
  return neg(add(mul(target, log(p)), mul(sub(1, target), log(sub(1, p)))));
}

const fields = { ...binaryFields, ...lossFields } satisfies FieldsOf<BinaryCrossentropyOptions>;

/**
 * The mean over the last axis of −target · log p − (1 − target) · log(1 − p).
 *
 * Probabilities are kept between 1e-7 and 1 − 1e-7, as Keras does. Predictions that come straight from a sigmoid
 * are taken as its input instead, where the formula is log(1 + eˣ) − target · x, as Keras with TensorFlow does: the
 * same but for probabilities outside those bounds, whose loss then goes on growing beyond −log 1e-7 = 16.1 and
 * whose gradient does not vanish.
 *
 * @returns `[batch, …]`: the prediction's shape without `axis`
 */
export function binaryCrossentropy(options: BinaryCrossentropyOptions = {}): Loss {
  const config = readOptions("binaryCrossentropy", options, fields);
  const { fromLogits, labelSmoothing, axis } = config;
  return lossOf(
    "binaryCrossentropy",
    config,
    (labels, prediction) => {
      const target = smoothLabels(labels, labelSmoothing);
      const logits = fromLogits ? prediction : sigmoidLogits(prediction);
      const each =
        logits === undefined
          ? clippedCrossentropy(target, prediction)
          : sub(softplus(logits), mul(target, logits));
      return reduceMean(each, { axes: [axis] });
    },
    "labels",
  );
}
