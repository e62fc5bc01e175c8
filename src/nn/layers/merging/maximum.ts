import type { Value } from "../../../engine/graph/graph.js";
import { max } from "../../../engine/ops/max.js";
import type { CallContext } from "../base/context.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { Merge } from "./merge.js";
import { mergeExtremum } from "./mergeExtremum.js";

/** The layer behind {@link maximum}. */
export class Maximum extends Merge {
  readonly type = "maximum";

  constructor(options: LayerOptions = {}) {
    super("maximum", options);
  }

  protected merge(inputs: readonly Value[], masks: CallContext["masks"]): Value {
    return mergeExtremum(inputs, masks, (a, b) => max(a, b));
  }
}

/**
 * The largest of its inputs, element by element. A step that is masked in an input takes no part there.
 *
 * Takes an array of two or more tensors that broadcast; one of lower rank gets axes of size 1 behind the batch.
 *
 * @throws on an unknown option, and when called on tensors that do not broadcast
 */
export const maximum = layerMaker(Maximum);
