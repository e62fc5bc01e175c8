import { ImagoError } from "../../../engine/errors.js";
import { type Tensor, type TensorLike, toNumbers } from "../../../engine/tensor/tensor.js";
import { convert, isTensorLike } from "../../../nn/data/convert.js";
import type { Model } from "../../../nn/models/model.js";
import { matchNames } from "../../../nn/network/structure.js";
import { likeliest } from "../agreement.js";

/** The right classes of one output, as far as samples have one. */
export interface ReportLabels {
  /** How many labels were given. */
  readonly given: number;
  readonly numbers: ArrayLike<number>;
  /** Of an answer for each label that was given, those that `numbers` are of. */
  readonly pick: (answers: Int32Array) => Int32Array;
}

/**
 * @param y labels of the output, or of several by name or in the model's order
 * @throws when there are none of the output, and on labels that are none of its classes
 */
export function labelsOf(y: unknown, student: Model, index: number): ReportLabels {
  const names = student.outputs.map(({ name }) => name);
  const name = names[index] as string;
  const given = isTensorLike(y) ? y : matchNames("report: labels", names, y, isTensorLike)[index];
  const where = `report: labels of "${name}"`;
  if (!isTensorLike(given)) throw new ImagoError(`report: there are no labels of the output "${name}".`);
  const numbers = numbersOf(convert(given as TensorLike, { where, dtype: "int32" }), where, student, index);
  const ignored = student.isCompiled ? student.compiled.heads[index]?.loss?.ignoreClass : undefined;
  const last = student.outputs[index]?.tensor.shape.at(-1) ?? Number.POSITIVE_INFINITY;
  const classes = last === 1 ? 2 : last;
  const kept: number[] = [];
  for (let i = 0; i < numbers.length; i++) {
    const label = numbers[i] as number;
    if (label === ignored) continue;
    if (label >= 0 && label < classes) kept.push(i);
    else
      throw new ImagoError(
        `${where}: label ${label} (element ${i}) is none of the classes 0 to ${classes - 1}`,
      );
  }
  if (kept.length === 0) throw new ImagoError(`${where}: expected one or more, received none.`);
  const pick = (answers: ArrayLike<number>): Int32Array =>
    Int32Array.from(kept, (place) => answers[place] as number);
  return { given: numbers.length, numbers: pick(numbers), pick };
}

function numbersOf(given: Tensor, where: string, student: Model, index: number): ArrayLike<number> {
  const classes = student.outputs[index]?.tensor.shape;
  // One-hot rows have the output's own rank.
  const oneHot =
    classes !== undefined && given.shape.length === classes.length && given.shape.at(-1) === classes.at(-1);
  if (!oneHot || given.sizeAt(-1) === 1) return toNumbers(given);
  const [numbers, width] = [toNumbers(given), given.sizeAt(-1)];
  for (let from = 0; from < numbers.length; from += width) {
    const row = Array.from({ length: width }, (_, k) => numbers[from + k] as number);
    if (row.filter((one) => one === 1).length === 1 && row.every((one) => one === 0 || one === 1)) continue;
    throw new ImagoError(`${where}: row ${from / width} is not one-hot: expected one 1 among 0s.`);
  }
  return likeliest(given);
}
