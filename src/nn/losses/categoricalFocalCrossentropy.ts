import { log } from "../../engine/ops/log.js";
import { mul } from "../../engine/ops/mul.js";
import { pow } from "../../engine/ops/pow.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { softmax } from "../../engine/ops/softmax.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import {
  type CategoricalCrossentropyOptions,
  categoricalFields,
  clippedShares,
  smoothClasses,
} from "./categoricalCrossentropy.js";
import type { Loss } from "./loss.js";
import { lossFields, lossOf } from "./make.js";

export interface CategoricalFocalCrossentropyOptions extends CategoricalCrossentropyOptions {
  /** Factor of the loss. Default: 0.25. */
  readonly alpha?: number | undefined;
  /** How strongly well-classified samples are counted less, from 0. Default: 2. */
  readonly gamma?: number | undefined;
}

const fields = {
  alpha: number({ default: 0.25 }),
  gamma: number({ default: 2, min: 0 }),
  ...categoricalFields,
  ...lossFields,
} satisfies FieldsOf<CategoricalFocalCrossentropyOptions>;

/**
 * −Σ `alpha` · (1 − prediction)^`gamma` · target · log prediction over the classes (Lin et al. 2017). Predictions
 * are brought to a sum of 1 and kept between 1e-7 and 1 − 1e-7.
 *
 * @returns `[batch, …]`: the prediction's shape without `axis`
 */
export function categoricalFocalCrossentropy(options: CategoricalFocalCrossentropyOptions = {}): Loss {
  const config = readOptions("categoricalFocalCrossentropy", options, fields);
  const { alpha, gamma, fromLogits, labelSmoothing, axis } = config;
  return lossOf(
    "categoricalFocalCrossentropy",
    config,
    (target, prediction) => {
      const shares = clippedShares(fromLogits ? softmax(prediction, axis) : prediction, axis);
      const focus = pow(sub(1, shares), gamma);
      const terms = mul(mul(smoothClasses(target, labelSmoothing, axis), focus), log(shares));
      return mul(reduceSum(terms, { axes: [axis] }), -alpha);
    },
    "oneHot",
  );
}
