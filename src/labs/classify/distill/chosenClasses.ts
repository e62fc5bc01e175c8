import type { Value } from "../../../engine/graph/graph.js";
import { gather } from "../../../engine/ops/gather.js";
import { log } from "../../../engine/ops/log.js";
import { max } from "../../../engine/ops/max.js";
import { softmax } from "../../../engine/ops/softmax.js";
import { accepting, type FieldsOf } from "../../../engine/options.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { Layer, type LayerOptions } from "../../../nn/layers/base/layer.js";
import { layerMaker } from "../../../nn/layers/base/layerMaker.js";
import { type Own, readLayerOptions } from "../../../nn/layers/base/settings.js";
import { softmaxLogits } from "../../../nn/losses/logits.js";

/** So that no logarithm is of 0. */
const floor = 1e-12;

interface ChosenClassesOptions extends LayerOptions {
  /** Places among those that are given. */
  readonly columns: readonly number[];
}

const fields = {
  columns: accepting(
    "an array of places",
    (value): value is readonly number[] =>
      Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0),
  ),
} satisfies FieldsOf<Own<ChosenClassesOptions>>;

class ChosenClasses extends Layer {
  readonly type = "chosenClasses";
  readonly config: { readonly columns: readonly number[] };

  constructor(options: ChosenClassesOptions) {
    super(options);
    this.config = readLayerOptions("chosenClasses", options, fields);
  }

  call([shares]: readonly [Value]): Value {
    const { columns } = this.config;
    const logits = softmaxLogits(shares, -1) ?? log(max(shares, floor));
    const wanted = new Tensor("int32", [columns.length], Int32Array.from(columns));
    return softmax(gather(logits, shares.graph.constant(wanted), { axis: -1 }));
  }
}

/** The probabilities of some classes among themselves, as a softmax of their logits: `[batch, classes]` to `[batch, columns]`. */
export const chosenClasses = layerMaker(ChosenClasses);
