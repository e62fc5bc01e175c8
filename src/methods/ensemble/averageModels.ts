import { ImagoError } from "../../engine/errors.js";
import { formatType, Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { type RestoreOptions, restoreModel } from "../../nn/models/deserialize.js";
import type { Model } from "../../nn/models/model.js";
import { saveArchitecture, weightsOf } from "../../nn/models/serialize.js";

/** A model of a run, and what errors call it. */
export interface Checkpoint {
  readonly label: string;
  readonly model: Model;
}

/** As errors name it. */
const where = "averageCheckpoints";

/**
 * The mean of models' weights as one model, compiled as the first. What is no floating-point number, such as a counter, has
 * no mean and is the last one's.
 *
 * @param shares one for each, of the sum 1
 */
export function averageModels(
  checkpoints: readonly Checkpoint[],
  shares: readonly number[],
  options: RestoreOptions,
): Model {
  const [first] = checkpoints as readonly [Checkpoint];
  const architecture = saveArchitecture(first.model);
  const all = checkpoints.map(({ model }) => weightsOf(model));
  const weights = Object.fromEntries(
    Object.keys(all[0] as Record<string, Tensor>).map((path) => [
      path,
      meanOf(
        all.map((own) => own[path] as Tensor),
        shares,
      ),
    ]),
  );
  const made = restoreModel(architecture, weights, options);
  made.run = checkpoints.every(({ model }) => model.run === first.model.run) ? first.model.run : undefined;
  return made;
}

function meanOf(values: readonly Tensor[], shares: readonly number[]): Tensor {
  const last = values.at(-1) as Tensor;
  if (!last.dtype.startsWith("float")) return last.clone();
  const sum = new Float64Array(last.size);
  values.forEach((value, index) => {
    const [numbers, share] = [toNumbers(value), shares[index] as number];
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + share * (numbers[i] as number);
  });
  return new Tensor("float64", last.shape, sum).cast(last.dtype);
}

/**
 * Refuses models of which a mean would say nothing.
 *
 * @throws ImagoError on other layers or weights, and unless `anyRun` on weights of another run or of one that is not known
 */
export function checkAlike(checkpoints: readonly Checkpoint[], anyRun: boolean): void {
  const [first] = checkpoints as readonly [Checkpoint];
  for (const { label, model } of checkpoints) {
    const other = differenceOf(first.model, model);
    if (other !== undefined) {
      throw new ImagoError(
        `${where}: ${label} has ${other[1]}, ${first.label} ${other[0]}; they must be of one network.`,
      );
    }
    if (anyRun || (model.run !== undefined && model.run === first.model.run)) continue;
    const help =
      "Units of networks that were trained apart stand in no common order, so a mean of their weights is worthless: pool " +
      "their predictions by ensemble. Give anyRun: true where they are of one run all the same.";
    if (model.run === undefined)
      throw new ImagoError(`${where}: it is not known of which run ${label} is.`, { help });
    throw new ImagoError(
      `${where}: ${label} is of the run ${model.run}, ${first.label} of ${first.model.run ?? "one that is not known"}.`,
      { help },
    );
  }
}

/** What two models have that differs, in words: the first's and the second's. */
function differenceOf(a: Model, b: Model): readonly [string, string] | undefined {
  const described = (model: Model): string[] =>
    model.variables.map(({ path, variable }) => `${path} ${formatType(variable)}`);
  const [left, right] = [described(a), described(b)];
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i++) {
    if (left[i] !== right[i]) return [left[i] ?? "no further weight", right[i] ?? "no further weight"];
  }
  const types = (model: Model): string => {
    const { layers, graph } = saveArchitecture(model);
    return JSON.stringify({ layers, graph });
  };
  return types(a) === types(b) ? undefined : ["its own layers", "other layers or other options of them"];
}
