import { ImagoError } from "../../engine/errors.js";
import { Generator } from "../../engine/random/generator.js";
import { formatType, type Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { sliceRows } from "../../nn/data/rows.js";
import { joinRows } from "../../nn/training/predict.js";

/**
 * Changes one sample.
 *
 * @param inputs its inputs in the model's order, each without the batch axis: `[height, width, channels]`
 * @param random other numbers for each sample and view, the same ones at every run
 * @returns inputs of the same types
 */
export type Augment = (inputs: readonly Tensor[], random: Generator) => readonly Tensor[];

/** How samples are changed. */
export interface Views {
  readonly augment: Augment | undefined;
  readonly seed: number;
}

/**
 * Some samples under one view. What a sample becomes depends on the seed, the view and its row number alone, so it is
 * the same for a teacher that sees the data today and a student that sees them shuffled tomorrow.
 *
 * @param inputs `[batch, …]` each
 * @param rows each sample's row number in the whole data
 */
export function viewOf(
  { augment, seed }: Views,
  inputs: readonly Tensor[],
  rows: ArrayLike<number>,
  view: number,
): readonly Tensor[] {
  if (augment === undefined) return inputs;
  const random = new Generator(seed).split("views").split(view);
  const changed = Array.from(rows, (row, index) => {
    const sample = inputs.map((input) => sliceRows(input, index, index + 1).reshape(input.shape.slice(1)));
    const made: unknown = augment(sample, random.split(row));
    return checked(sample, made).map((tensor) => tensor.reshape([1, ...tensor.shape]));
  });
  return inputs.map((_, input) => joinRows(changed.map((sample) => sample[input] as Tensor)));
}

function checked(sample: readonly Tensor[], made: unknown): readonly Tensor[] {
  const list: readonly unknown[] = Array.isArray(made) ? made : [];
  const fits = sample.every((tensor, index) => {
    const other = list[index];
    return typeof other === "object" && other !== null && formatTensor(other) === formatType(tensor);
  });
  if (fits && list.length === sample.length) return list as readonly Tensor[];
  throw new ImagoError(
    `augment: expected an array of ${sample.map((tensor) => formatType(tensor)).join(", ")} for each sample, as it was given.`,
  );
}

function formatTensor(other: object): string {
  return "dtype" in other && "shape" in other ? formatType(other as Tensor) : "";
}

/** Row numbers as a tensor that batches carry with them. */
export function rowNumbers(batch: Tensor | undefined): ArrayLike<number> | undefined {
  return batch === undefined ? undefined : toNumbers(batch);
}
