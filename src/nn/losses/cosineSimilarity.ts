import { mul } from "../../engine/ops/mul.js";
import { neg } from "../../engine/ops/neg.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields, lossOf } from "./make.js";
import { normalize } from "./normalize.js";

export interface CosineSimilarityOptions extends LossOptions {
  /** The axis along which vectors lie. Default: −1, the last. */
  readonly axis?: number | undefined;
}

const fields = {
  axis: number({ default: -1, integer: true }),
  ...lossFields,
} satisfies FieldsOf<CosineSimilarityOptions>;

/** Minus the cosine of the angle between target and prediction, from −1 (same direction) to 1; 0 for a vector of zeros. */
export function cosineSimilarity(options: CosineSimilarityOptions = {}): Loss {
  const config = readOptions("cosineSimilarity", options, fields);
  const { axis } = config;
  return lossOf("cosineSimilarity", config, (target, prediction) =>
    neg(reduceSum(mul(normalize(target, axis), normalize(prediction, axis)), { axes: [axis] })),
  );
}
