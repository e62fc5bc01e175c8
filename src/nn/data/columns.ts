import { ImagoError } from "../../engine/errors.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor, type TensorLike, toNumbers } from "../../engine/tensor/tensor.js";
import type { OpenShape } from "../layers/base/symbolic.js";
import type { Loss } from "../losses/loss.js";
import type { Head } from "../network/heads.js";
import { matchNames, type NamedTensor } from "../network/structure.js";
import { type ClassWeight, classAxis, classWeighted } from "./classWeights.js";
import { convert, isTensorLike } from "./convert.js";
import type { Columns } from "./source.js";

/** The parts of a model that say what data must look like. */
export interface DataModel {
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly NamedTensor[];
  readonly heads: readonly Head[];
}

export interface RawData {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
  readonly classWeight?: ClassWeight | undefined;
}

/**
 * Raw data as columns: matched to inputs and outputs by name or position, converted, and checked.
 *
 * @param what who was given the data, as errors name it: `fit`
 * @throws on missing data, wrong shapes or types, labels out of range, NaN, unequal numbers of samples
 */
export function makeColumns(what: string, model: DataModel, raw: RawData): Columns {
  const inputs = inputColumns(what, model.inputs, raw.x);
  const targets = targetColumns(what, model, raw.y);
  const size = (inputs[0] as Tensor).sizeAt(0);
  const given = weightColumns(what, model, raw.sampleWeight);
  checkSizes(what, size, model, { inputs, targets, weights: given });
  if (size === 0) throw new ImagoError(`${what}: the data has no samples`);
  if (raw.classWeight === undefined) return { size, inputs, targets, weights: given };
  const weights = applyClassWeight(what, model, targets, given, raw.classWeight);
  return { size, inputs, targets, weights, plainWeights: given };
}

/** A model's inputs from what the user gave. */
export function inputColumns(what: string, inputs: readonly NamedTensor[], given: unknown): Tensor[] {
  const names = inputs.map(({ name }) => name);
  const data = isInRows(names, given) || isOneRow(inputs, given) ? [given] : given;
  const matched = matchNames<TensorLike>(`${what}: inputs`, names, data, isTensorLike);
  return inputs.map(({ name, limit, missing, tensor: { shape, dtype } }, index) => {
    const data = matched[index];
    if (data === undefined) throw new ImagoError(`${what}: there is no data for input "${name}"`);
    return convert(data, {
      where: `${what}: input "${name}"`,
      shape: anyBatch(shape),
      dtype,
      limit,
      missing,
    });
  });
}

/** Data may be many batches of a network that fixes how many samples are in each. */
function anyBatch([, ...rest]: OpenShape): OpenShape {
  return [null, ...rest];
}

/** Whether a list is the data for a single name, in rows of typed arrays or wrong ones, and not a list of one entry. */
function isInRows(names: readonly string[], given: unknown): boolean {
  if (names.length !== 1 || !Array.isArray(given) || isTensorLike(given)) return false;
  return given.length > 1 && !(given[0] instanceof Tensor);
}

/** Whether the one entry of a list is one row of an input, which by itself would be no data for it. */
function isOneRow(inputs: readonly NamedTensor[], given: unknown): boolean {
  const shape = inputs[0]?.tensor.shape ?? [];
  if (inputs.length !== 1 || !Array.isArray(given) || given.length !== 1 || shape.length !== 2) return false;
  const [row] = given as readonly unknown[];
  return ArrayBuffer.isView(row) && "length" in row && row.length === shape[1] && row.length !== 1;
}

function targetColumns(what: string, { outputs, heads }: DataModel, given: unknown): (Tensor | undefined)[] {
  const names = heads.map(({ name }) => name);
  const data = isInRows(names, given) ? [given] : given;
  const matched = matchNames<TensorLike>(`${what}: targets`, names, data, isTensorLike);
  return heads.map(({ name, loss }, index) => {
    const data = matched[index];
    if (data === undefined) {
      if (loss === undefined) return undefined;
      throw new ImagoError(
        `${what}: there are no targets for output "${name}", which has the loss ${loss.name}`,
      );
    }
    const prediction = anyBatch((outputs[index] as NamedTensor).tensor.shape);
    return targetColumn(`${what}: target "${name}"`, data, prediction, loss);
  });
}

function targetColumn(
  where: string,
  data: TensorLike,
  prediction: OpenShape,
  loss: Loss | undefined,
): Tensor {
  const dtype = loss?.targetDtype ?? "float32";
  if (loss?.targetFeatures !== undefined) return ofFeatures(where, data, prediction, loss);
  if (loss?.targetKind !== "classNumbers") return convert(data, { where, dtype, shape: prediction });
  const labels = convert(data, { where, dtype });
  checkLabels(where, labels, prediction, loss);
  return labels;
}

/** Targets whose last axis is of a size that the loss says, whatever the prediction's is. */
function ofFeatures(where: string, data: TensorLike, prediction: OpenShape, loss: Loss): Tensor {
  const sizes = loss.targetFeatures as readonly number[];
  const shape = prediction.with(prediction.length - 1, null);
  const made = convert(data, { where, dtype: loss.targetDtype, shape });
  if (sizes.includes(made.sizeAt(-1))) return made;
  const wanted = sizes.map((size) => formatShape(prediction.with(prediction.length - 1, size)));
  throw new ImagoError(
    `${where}: expected a target of shape ${wanted.join(" or ")} for ${loss.name}, received ${formatShape(made.shape)}.`,
  );
}

function checkLabelRange(where: string, labels: Tensor, classes: number, ignored?: number): void {
  const numbers = toNumbers(labels);
  for (let i = 0; i < numbers.length; i++) {
    const label = numbers[i] as number;
    if ((label >= 0 && label < classes) || label === ignored) continue;
    throw new ImagoError(
      `${where}: label ${label} (element ${i}) is none of the classes 0 to ${classes - 1}`,
    );
  }
}

/** Labels stand at every position of the prediction but for the axis that counts the classes. */
function checkLabels(where: string, labels: Tensor, prediction: OpenShape, loss: Loss): void {
  const axis = classAxis(prediction, loss);
  const positions = prediction.toSpliced(axis, 1);
  const { shape } = labels;
  const matches = (wanted: OpenShape): boolean =>
    wanted.length === shape.length && wanted.every((size, axis) => size === null || size === shape[axis]);
  if (!matches(positions) && !matches(prediction.with(axis, 1))) {
    throw new ImagoError(
      `${where}: expected labels of shape ${formatShape(positions)}, one for each position of the output ` +
        `${formatShape(prediction)}, received ${formatShape(shape)}.`,
      loss.targetHelp === undefined ? {} : { help: loss.targetHelp },
    );
  }
  checkLabelRange(where, labels, prediction[axis] ?? Number.POSITIVE_INFINITY, loss.ignoreClass);
}

function weightColumns(what: string, { heads }: DataModel, given: unknown): (Tensor | undefined)[] {
  const names = heads.map(({ name }) => name);
  // One list of weights serves every output, but for a list with an entry for each, as targets have it.
  const everywhere = heads.length > 1 && isTensorLike(given) && !isListOf(given, heads.length);
  const matched = everywhere
    ? names.map(() => given as TensorLike)
    : matchNames<TensorLike | null>(`${what}: sampleWeight`, names, given, isTensorLike);
  return matched.map((data, index) =>
    data === undefined || data === null
      ? undefined
      : convert(data, { where: `${what}: sampleWeight "${names[index]}"`, dtype: "float32" }),
  );
}

/** Whether it is a list with an array for each of so many outputs. */
function isListOf(given: unknown, count: number): boolean {
  const isArray = (entry: unknown): boolean =>
    entry === null || Array.isArray(entry) || ArrayBuffer.isView(entry);
  return Array.isArray(given) && given.length === count && given.every(isArray);
}

function applyClassWeight(
  what: string,
  { heads, outputs }: DataModel,
  targets: readonly (Tensor | undefined)[],
  weights: readonly (Tensor | undefined)[],
  classWeight: ClassWeight,
): Tensor[] {
  const [target] = targets;
  if (targets.length !== 1 || target === undefined) {
    throw new ImagoError(
      `${what}: classWeight serves models with one output; use sampleWeight by output instead`,
    );
  }
  const prediction = (outputs[0] as NamedTensor).tensor.shape;
  return [classWeighted(what, { target, prediction, loss: heads[0]?.loss }, classWeight, weights[0])];
}

function checkSizes(what: string, size: number, model: DataModel, columns: Omit<Columns, "size">): void {
  const check = (role: string, name: string | undefined, tensor: Tensor | undefined): void => {
    if (tensor === undefined || tensor.shape[0] === size) return;
    throw new ImagoError(
      `${what}: input "${model.inputs[0]?.name}" has ${size} samples and ${role} "${name}" has ${tensor.shape[0]}; they must be as many`,
    );
  };
  columns.inputs.forEach((tensor, index) => {
    check("input", model.inputs[index]?.name, tensor);
  });
  model.heads.forEach(({ name }, index) => {
    check("target", name, columns.targets[index]);
    check("sampleWeight", name, columns.weights[index]);
  });
}
