import type { Value } from "../../../engine/graph/graph.js";
import { exp } from "../../../engine/ops/exp.js";
import { reduceLogSumExp } from "../../../engine/ops/reduceLogSumExp.js";
import { softmax } from "../../../engine/ops/softmax.js";
import { sub } from "../../../engine/ops/sub.js";
import { where } from "../../../engine/ops/where.js";
import type { DType } from "../../../engine/tensor/dtype.js";

/** Below every number that can be met, so that whatever is masked counts for nothing beside it. */
const lowest: Readonly<Partial<Record<DType, number>>> = {
  float32: -3.4028234663852886e38,
  float64: -Number.MAX_VALUE,
};

/**
 * The softmax over what a mask lets through; 0 elsewhere, and everywhere where it lets nothing through. Its gradient is finite then,
 * and 0.
 *
 * @param mask bool, of a shape that broadcasts to that of `x`; nothing lets all through
 * @param axes over which results sum to 1
 */
export function maskedSoftmax(x: Value, mask: Value | undefined, axes: number | readonly number[]): Value {
  if (mask === undefined) return softmaxOver(x, axes);
  // In the place of the number, and not added to it: what is added to every score of a row cancels.
  const kept = where(mask, x, x.graph.scalar(lowest[x.dtype] ?? -1e9, x.dtype));
  return where(mask, softmaxOver(kept, axes), 0);
}

function softmaxOver(x: Value, given: number | readonly number[]): Value {
  const [first, ...more] = [given].flat() as [number, ...number[]];
  if (more.length === 0) return softmax(x, first);
  return exp(sub(x, reduceLogSumExp(x, { axes: [first, ...more], keepDims: true })));
}
