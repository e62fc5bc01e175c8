import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { concat } from "../../engine/ops/concat.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { reshape } from "../../engine/ops/reshape.js";
import { sizeOf } from "../../engine/tensor/shape.js";
import { alignWeight, type Counted, maskedWeight } from "../../nn/losses/reduceLoss.js";
import type { Metric } from "../../nn/metrics/metric.js";

/** The sum of what counts and how much counts, as a vector of two: their quotient is the mean of all batches. */
export function meanSums(each: Value, { weight, mask }: Counted): Value {
  const factors = maskedWeight(weight, mask, each.dtype);
  const aligned = factors === undefined ? undefined : alignWeight(factors, each);
  const sum = reduceSum(aligned === undefined ? each : mul(each, aligned));
  const count =
    aligned === undefined
      ? each.graph.scalar(sizeOf(each.shape), each.dtype)
      : mul(reduceSum(aligned), sizeOf(each.shape) / sizeOf(aligned.shape));
  return concat([reshape(sum, [1]), reshape(count, [1])], { axis: 0 });
}

/** A mean under a name of its own. Its sums are emitted where the teacher's targets are known. */
export function meanFigure(name: string): Metric {
  return {
    name,
    config: {},
    targetDtype: "float32",
    emit: () => {
      throw new ImagoError(`${name}: it is a figure of distillation, and no metric for compile`);
    },
    result: ([sum = Number.NaN, count = Number.NaN]) => sum / count,
  };
}
