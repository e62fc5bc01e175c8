import { ImagoError } from "../../../engine/errors.js";
import { accepting, having, largestExact, number, optional, unchecked } from "../../../engine/options.js";
import type { Generator } from "../../../engine/random/generator.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import { matrixWidth } from "../columnSpans.js";
import type { TableColumn, TablePredictor } from "../table.js";

/** Fields that insights share. */
export const insight = {
  columns: unchecked<readonly TableColumn[]>("the table's columns"),
  x: accepting<Matrix>("a Matrix", (value): value is Matrix => value instanceof Matrix),
  numbers: accepting<Float64Array>(
    "a Float64Array",
    (value): value is Float64Array => value instanceof Float64Array,
  ),
  groups: optional(
    accepting<Int32Array>("an Int32Array", (value): value is Int32Array => value instanceof Int32Array),
  ),
  classes: optional(number({ min: 2, integer: true })),
  random: having<Generator>("a Generator", "split", "permutation"),
  predictor: having<TablePredictor>("a predictor", "predict"),
  deadline: optional(number({ max: largestExact })),
};

/** Lengths that have to fit each other. */
export interface Lengths {
  readonly y: Float64Array;
  readonly x?: Matrix | undefined;
  readonly columns?: readonly TableColumn[] | undefined;
  /** `[rows]`, or `[rows, classes]` for classes. */
  readonly predictions?: Float64Array | undefined;
  readonly weights?: Float64Array | undefined;
  readonly classes?: number | undefined;
}

/** @throws ImagoError where there are no rows, where lengths differ, and where y holds what is no class */
export function checkLengths(where: string, { y, x, columns, predictions, weights, classes }: Lengths): void {
  const rows = y.length;
  if (rows === 0) throw new ImagoError(`${where}: y has no rows.`);
  expect(where, "x", x?.rows, rows, "rows");
  const width = columns && matrixWidth(columns);
  expect(where, "columns", width, x?.columns ?? width, "entries for x's columns");
  expect(where, "weights", weights?.length, rows, "numbers");
  expect(where, "predictions", predictions?.length, rows * (classes ?? 1), "numbers");
  if (classes === undefined) return;
  const bad = y.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (bad < 0) return;
  throw new ImagoError(`${where}: y: row ${bad} is ${y[bad]}; expected a class from 0 to ${classes - 1}.`);
}

function expect(
  where: string,
  what: string,
  found: number | undefined,
  wanted: number | undefined,
  unit: string,
): void {
  if (found === undefined || found === wanted) return;
  throw new ImagoError(`${where}: ${what} must have ${wanted} ${unit}, it has ${found}.`);
}
