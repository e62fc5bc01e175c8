import type { Value } from "../../../engine/graph/graph.js";
import { min } from "../../../engine/ops/min.js";
import type { CallContext } from "../base/context.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { Merge } from "./merge.js";
import { mergeExtremum } from "./mergeExtremum.js";

/** The layer behind {@link minimum}. */
export class Minimum extends Merge {
  readonly type = "minimum";

  constructor(options: LayerOptions = {}) {
    super("minimum", options);
  }

  protected merge(inputs: readonly Value[], masks: CallContext["masks"]): Value {
    return mergeExtremum(inputs, masks, (a, b) => min(a, b));
  }
}

/**
 * The smallest of its inputs, element by element. A step that is masked in an input takes no part there.
 *
 * Takes an array of two or more tensors that broadcast; one of lower rank gets axes of size 1 behind the batch.
 *
 * @throws on an unknown option, and when called on tensors that do not broadcast
 */
export const minimum = layerMaker(Minimum);
