import type { Value } from "../../../engine/graph/graph.js";
import { add as emitAdd } from "../../../engine/ops/add.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { Merge } from "./merge.js";

/** The layer behind {@link add}. */
export class Add extends Merge {
  readonly type = "add";

  constructor(options: LayerOptions = {}) {
    super("add", options);
  }

  protected merge(inputs: readonly Value[]): Value {
    return inputs.reduce((a, b) => emitAdd(a, b));
  }
}

/**
 * The sum of its inputs, element by element.
 *
 * Takes an array of two or more tensors that broadcast; one of lower rank gets axes of size 1 behind the batch.
 *
 * @throws on an unknown option, and when called on tensors that do not broadcast
 */
export const add = layerMaker(Add);
