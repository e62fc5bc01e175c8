import type { Value } from "../../../engine/graph/graph.js";
import { mul } from "../../../engine/ops/mul.js";
import { where } from "../../../engine/ops/where.js";
import type { CallContext } from "../base/context.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { anyMask, Merge, maskOfRank } from "./merge.js";

/** The layer behind {@link multiply}. */
export class Multiply extends Merge {
  readonly type = "multiply";

  constructor(options: LayerOptions = {}) {
    super("multiply", options);
  }

  protected merge(inputs: readonly Value[], masks: CallContext["masks"]): Value {
    const product = inputs
      .map((x, index) => {
        const mask = masks[index];
        return mask === undefined ? x : where(maskOfRank(mask, x.rank), x, 1);
      })
      .reduce((a, b) => mul(a, b));
    const all = anyMask(masks);
    return all === undefined ? product : where(maskOfRank(all, product.rank), product, 0);
  }
}

/**
 * The product of its inputs, element by element. A step that is masked in an input counts there as 1, and is 0
 * where it is masked in all.
 *
 * Takes an array of two or more tensors that broadcast; one of lower rank gets axes of size 1 behind the batch.
 *
 * @throws on an unknown option, and when called on tensors that do not broadcast
 */
export const multiply = layerMaker(Multiply);
