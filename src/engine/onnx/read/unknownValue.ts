import { ImagoError, nearest } from "../../errors.js";

/**
 * The error for a name that is none of a model's values, with the one that is meant most likely. Exports of PyTorch
 * call results by the way to the module, `/net/fire8/Concat_output_0`: of the module "fire8" the last is meant.
 */
export function unknownValue(name: string, names: readonly string[]): ImagoError {
  const wanted = name.toLowerCase();
  const inside = names.findLast((one) => one.toLowerCase().split(/[/.:]/).includes(wanted));
  const meant = inside ?? nearest(name, names);
  return new ImagoError(
    `there is no value "${name}" in the model.${meant === undefined ? "" : ` Did you mean "${meant}"?`}`,
    { help: "`imago onnx layers FILE` lists what there is." },
  );
}
