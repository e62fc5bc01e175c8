import type { Value } from "../../engine/graph/graph.js";
import { callable, type FieldsOf, oneOf, readOptions, text } from "../../engine/options.js";
import type { DType } from "../../engine/tensor/dtype.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields } from "./make.js";

export interface LossFromOptions extends LossOptions {
  /** Element type in which targets are fed. Default: float32. */
  readonly targetDtype?: DType | undefined;
}

const fields = {
  targetDtype: oneOf<DType>(["float32", "float64", "int32", "int64", "bool", "uint8"], "float32"),
  ...lossFields,
} satisfies FieldsOf<LossFromOptions>;

/**
 * A loss of one's own. A model that is saved with it must be given it again when it is loaded.
 *
 * @param name what it is reported as
 * @param emit receives the target as it is fed and the prediction; gives `[batch, …]`, one loss for each sample
 * @throws ImagoError when the name is no text or emit no function, and on options that it has not got
 */
export function lossFrom(
  name: string,
  emit: (target: Value, prediction: Value) => Value,
  options: LossFromOptions = {},
): Loss {
  text().read("lossFrom", "name", name);
  callable().read(`lossFrom "${name}"`, "emit", emit);
  const { targetDtype, reduction } = readOptions(`lossFrom "${name}"`, options, fields);
  return { name, config: { reduction }, reduction, targetDtype, emit };
}
