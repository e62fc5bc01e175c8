import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { div } from "../../../engine/ops/div.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { float32Inputs } from "../base/inputTypes.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { Merge } from "./merge.js";

/** The layer behind {@link average}. */
export class Average extends Merge {
  readonly type = "average";

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: LayerOptions = {}) {
    super("average", options);
  }

  protected merge(inputs: readonly Value[]): Value {
    return div(
      inputs.reduce((a, b) => add(a, b)),
      inputs.length,
    );
  }
}

/**
 * The arithmetic mean of its inputs, element by element.
 *
 * Takes an array of two or more tensors that broadcast; one of lower rank gets axes of size 1 behind the batch.
 *
 * @throws on an unknown option, and when called on tensors that do not broadcast
 */
export const average = layerMaker(Average);
