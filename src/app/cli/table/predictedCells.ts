import { mostProbable } from "../../../labs/table/insight/mostProbable.js";
import type { TableModel } from "../../../labs/table/model/tableModel.js";

/** The share of rows that intervals are to hold. */
const level = "0.9";

/** Names of the columns with predictions, other than those of the file. */
export function predictedNames({ state }: TableModel, taken: readonly string[]): string[] {
  const { target, classes, within } = state;
  const name = `predicted ${target}`;
  const interval = within?.[level] === undefined ? [] : [`${name}, low`, `${name}, high`];
  const names =
    classes === undefined ? [name, ...interval] : [name, ...classes.map((own) => `probability of ${own}`)];
  return names.map((own) => {
    let free = own;
    while (taken.includes(free)) free = `${free} (2)`;
    return free;
  });
}

/** Whether numbers of the file that was learnt from have a decimal comma: those of the target, or of the first column of numbers. */
export function hasDecimalComma({ state: { schema } }: TableModel): boolean {
  const { target, columns } = schema;
  const own = target?.task === "regression" ? target.column.decimal : undefined;
  return (own ?? columns.find((column) => column.kind === "number")?.decimal) === ",";
}

export const withDecimalComma = (cell: string | number): string | number =>
  typeof cell === "number" && Number.isFinite(cell) ? String(cell).replace(".", ",") : cell;

/** What is predicted of a row: a number and the interval of 90 %, or the most probable class and all probabilities. */
export function predictedCells(
  { state: { classes, within } }: TableModel,
  predictions: Float64Array,
  row: number,
): (string | number)[] {
  if (classes === undefined) {
    const [value, reach] = [predictions[row] as number, within?.[level]];
    return reach === undefined ? [value] : [value, value - reach, value + reach];
  }
  const own = predictions.subarray(row * classes.length, (row + 1) * classes.length);
  return [classes[mostProbable(own)] as string, ...own];
}
