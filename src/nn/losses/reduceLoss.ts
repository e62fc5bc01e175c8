import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { cast } from "../../engine/ops/cast.js";
import { toDtype } from "../../engine/ops/composed/toDtype.js";
import { div } from "../../engine/ops/div.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { reshape } from "../../engine/ops/reshape.js";
import type { DType } from "../../engine/tensor/dtype.js";
import { formatShape, sizeOf } from "../../engine/tensor/shape.js";
import { divideNoNan } from "./divideNoNan.js";
import type { Reduction } from "./loss.js";

/** What may count some losses more than others. */
export interface Counted {
  /** Factors: `[batch]`, or `[batch, …]` for every position. */
  readonly weight?: Value | undefined;
  /** Which count: bool, of the losses' shape. */
  readonly mask?: Value | undefined;
}

/**
 * `weight` in the rank of `values`: axes of size 1 are added behind, or dropped there.
 *
 * @throws {ImagoError} where it then does not broadcast to the shape of `values`
 */
export function alignWeight(weight: Value, values: Value): Value {
  const shape = [...weight.shape];
  while (shape.length < values.rank) shape.push(1);
  while (shape.length > values.rank && shape.at(-1) === 1) shape.pop();
  const fits =
    shape.length === values.rank && shape.every((size, i) => size === 1 || size === values.shape[i]);
  if (!fits) {
    throw new ImagoError(
      `sample weights of shape ${formatShape(weight.shape)} do not fit losses of shape ${formatShape(values.shape)}: ` +
        "give one weight for each sample, or one for each position.",
    );
  }
  return reshape(weight, shape);
}

/** The weights with 0 where the mask is false; the mask alone, as numbers, where there are no weights. */
export function maskedWeight(
  weight: Value | undefined,
  mask: Value | undefined,
  dtype: DType = "float32",
): Value | undefined {
  if (mask === undefined) return weight === undefined ? undefined : toDtype(weight, dtype);
  const factors = cast(mask, dtype);
  if (weight === undefined) return factors;
  const weights = toDtype(weight, dtype);
  return weights.rank > factors.rank
    ? mul(weights, alignWeight(factors, weights))
    : mul(alignWeight(weights, factors), factors);
}

/** The loss of a batch before it is divided, so that those of its parts can be added. */
export interface LossTerms {
  /** The sum of the weighted losses. */
  readonly total: Value;
  /** What it is divided by, where there are several rows a sum over them. A divisor of 0 gives 0. */
  readonly divisor: Value | number;
}

/**
 * What {@link reduceLoss} divides, and by what.
 *
 * @param perSample `[batch, …]`
 * @throws {ImagoError} where weights or mask do not fit the losses
 */
export function lossTerms(perSample: Value, reduction: Reduction, counted: Counted = {}): LossTerms {
  return termsOf(perSample, reduction, counted, alignedFactors(perSample, counted));
}

function alignedFactors(perSample: Value, { weight, mask }: Counted): Value | undefined {
  const factors = maskedWeight(weight, mask, perSample.dtype);
  return factors === undefined ? undefined : alignWeight(factors, perSample);
}

function termsOf(
  perSample: Value,
  reduction: Reduction,
  { mask }: Counted,
  aligned: Value | undefined,
): LossTerms {
  const values = aligned === undefined ? perSample : mul(perSample, aligned);
  const total = reduceSum(values);
  if (reduction === "sum") return { total, divisor: 1 };
  if (reduction === "meanWithSampleWeight" && aligned !== undefined) {
    return { total, divisor: reduceSum(aligned) };
  }
  const count = sizeOf(values.shape);
  if (mask === undefined) return { total, divisor: count };
  // As many losses as the mask has entries, of which `valid` count.
  const valid = reduceSum(cast(mask, perSample.dtype));
  const stretch = count / sizeOf(mask.shape);
  return { total, divisor: stretch === 1 ? valid : mul(valid, stretch) };
}

/**
 * One number from the losses of a batch, by Keras 3's rules.
 *
 * - `sumOverBatchSize`, `mean`: the sum of weighted losses divided by how many there are, or by how many the
 *   mask lets count. Weights are not in the divisor.
 * - `meanWithSampleWeight`: divided by the sum of the weights.
 * - `sum`: the sum. `none`: the weighted losses themselves.
 *
 * A divisor of 0 gives 0.
 *
 * @param perSample `[batch, …]`
 * @returns a scalar; for `none` the shape of `perSample`
 * @throws {ImagoError} where weights or mask do not fit the losses
 */
export function reduceLoss(perSample: Value, reduction: Reduction, counted: Counted = {}): Value {
  const aligned = alignedFactors(perSample, counted);
  if (aligned === undefined && (reduction === "mean" || reduction === "sumOverBatchSize")) {
    return perSample.rank === 0 ? perSample : reduceMean(perSample);
  }
  if (reduction === "none" || perSample.rank === 0) {
    return aligned === undefined ? perSample : mul(perSample, aligned);
  }
  const { total, divisor } = termsOf(perSample, reduction, counted, aligned);
  if (reduction === "sum") return total;
  return typeof divisor === "number" ? div(total, divisor) : divideNoNan(total, divisor);
}
