import { add } from "../../engine/ops/add.js";
import { mul } from "../../engine/ops/mul.js";
import { pow } from "../../engine/ops/pow.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { sigmoid } from "../../engine/ops/sigmoid.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, flag, number, readOptions } from "../../engine/options.js";
import {
  type BinaryCrossentropyOptions,
  binaryFields,
  clippedCrossentropy,
  smoothLabels,
} from "./binaryCrossentropy.js";
import type { Loss } from "./loss.js";
import { lossFields, lossOf } from "./make.js";

export interface BinaryFocalCrossentropyOptions extends BinaryCrossentropyOptions {
  /** Count class 1 by `alpha` and class 0 by 1 − `alpha`. Default: false. */
  readonly applyClassBalancing?: boolean | undefined;
  /** Weight of class 1 where classes are balanced, from 0 to 1. Default: 0.25. */
  readonly alpha?: number | undefined;
  /** How strongly well-classified samples are counted less, from 0. Default: 2. */
  readonly gamma?: number | undefined;
}

const fields = {
  applyClassBalancing: flag(false),
  alpha: number({ default: 0.25, min: 0, max: 1 }),
  gamma: number({ default: 2, min: 0 }),
  ...binaryFields,
  ...lossFields,
} satisfies FieldsOf<BinaryFocalCrossentropyOptions>;

/**
 * The mean over the last axis of (1 − q)^`gamma` times the binary crossentropy, where q is the probability of the
 * right class (Lin et al. 2017, eq. 4 and 5). Probabilities in the logarithms are kept between 1e-7 and 1 − 1e-7.
 *
 * @returns `[batch, …]`: the prediction's shape without `axis`
 */
export function binaryFocalCrossentropy(options: BinaryFocalCrossentropyOptions = {}): Loss {
  const config = readOptions("binaryFocalCrossentropy", options, fields);
  const { alpha, gamma, axis } = config;
  return lossOf(
    "binaryFocalCrossentropy",
    config,
    (labels, prediction) => {
      const target = smoothLabels(labels, config.labelSmoothing);
      const p = config.fromLogits ? sigmoid(prediction) : prediction;
      const right = add(mul(target, p), mul(sub(1, target), sub(1, p)));
      const focal = mul(pow(sub(1, right), gamma), clippedCrossentropy(target, p));
      if (!config.applyClassBalancing) return reduceMean(focal, { axes: [axis] });
      return reduceMean(mul(add(mul(target, 2 * alpha - 1), 1 - alpha), focal), { axes: [axis] });
    },
    "labels",
  );
}
