import type { Value } from "../../../engine/graph/graph.js";
import { sub } from "../../../engine/ops/sub.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import type { OpenType } from "../base/symbolic.js";
import { Merge } from "./merge.js";

/** The layer behind {@link subtract}. */
export class Subtract extends Merge {
  readonly type = "subtract";

  constructor(options: LayerOptions = {}) {
    super("subtract", options);
  }

  protected override check(inputs: readonly OpenType[]): void {
    super.check(inputs);
    if (inputs.length !== 2) throw this.error(`expected two inputs, received ${inputs.length}`);
  }

  protected merge([a, b]: readonly [Value, Value]): Value {
    return sub(a, b);
  }
}

/**
 * The first input minus the second, element by element.
 *
 * Takes an array of two tensors that broadcast; one of lower rank gets axes of size 1 behind the batch.
 *
 * @throws on an unknown option, and when called on tensors that do not broadcast or on more than two
 */
export const subtract = layerMaker(Subtract);
