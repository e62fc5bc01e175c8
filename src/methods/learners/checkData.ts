import { ImagoError } from "../../engine/errors.js";
import type { Generator } from "../../engine/random/generator.js";
import type { LearnerData } from "./learner.js";
import { Matrix } from "./matrix.js";

/** Data that have been looked through: no row of weight 0, and weights whose mean is 1. */
export interface CheckedData {
  readonly x: Matrix;
  readonly y: Float64Array;
  /** `undefined` where all are equal. */
  readonly weights: Float64Array | undefined;
  readonly classes: number | undefined;
  readonly random: Generator;
  readonly signal: AbortSignal | undefined;
}

/** What a learner takes. */
export interface Takes {
  /** Missing numbers in x. Default: false. */
  readonly missing?: boolean | undefined;
  /** Default: both. */
  readonly only?: "regression" | "classes" | undefined;
}

/**
 * @param where the learner's name, for errors
 * @throws {ImagoError} on no rows, lengths that differ, numbers that are missing or infinite, classes out of range,
 *   weights that are negative or all 0, and on what the learner does not take
 */
export function checkData(where: string, data: LearnerData, takes: Takes = {}): CheckedData {
  const { x, y, weights, classes, random, signal } = data;
  if (!(x instanceof Matrix)) throw new ImagoError(`${where}: x must be a Matrix; matrixOf makes one.`);
  signal?.throwIfAborted();
  if (x.rows === 0) throw new ImagoError(`${where}: there are no rows to learn from.`);
  checkTask(where, classes, takes);
  checkTargets(where, x.rows, y, classes);
  checkColumns(where, x, takes.missing === true);
  if (weights === undefined) return { x, y, weights, classes, random, signal };
  return { ...weighted(where, x, y, weights), classes, random, signal };
}

function checkTask(where: string, classes: number | undefined, { only }: Takes): void {
  if (classes !== undefined && !(Number.isInteger(classes) && classes >= 2)) {
    throw new ImagoError(`${where}: classes must be a whole number from 2, received ${classes}.`);
  }
  if (only === "classes" && classes === undefined) {
    throw new ImagoError(`${where}: learns classes; say how many there are: classes: 2.`);
  }
  if (only === "regression" && classes !== undefined) {
    throw new ImagoError(`${where}: learns numbers, not classes.`);
  }
}

function checkTargets(where: string, rows: number, y: Float64Array, classes: number | undefined): void {
  if (y.length !== rows) {
    throw new ImagoError(`${where}: y must have a number for each of ${rows} rows, received ${y.length}.`);
  }
  for (let i = 0; i < rows; i++) {
    const one = y[i]!;
    if (!Number.isFinite(one)) throw new ImagoError(`${where}: y[${i}] is ${one}, expected a finite number.`);
    if (classes === undefined || (Number.isInteger(one) && one >= 0 && one < classes)) continue;
    throw new ImagoError(
      `${where}: y[${i}] is ${one}, expected the number of a class from 0 to ${classes - 1}.`,
    );
  }
}

function checkColumns(where: string, x: Matrix, missing: boolean): void {
  const column = new Float64Array(x.rows);
  for (let j = 0; j < x.columns; j++) {
    x.column(j, column);
    for (let i = 0; i < x.rows; i++) {
      const one = column[i]!;
      if (Number.isFinite(one) || (missing && Number.isNaN(one))) continue;
      throw badNumber(where, x.rowAt(i), x.columnAt(j), one);
    }
  }
}

function badNumber(where: string, row: number, column: number, value: number): ImagoError {
  const message = `${where}: x[${row}, ${column}] is ${value} (row ${row}, column ${column}, counted from 0).`;
  const help =
    "Fill missing numbers in, leave the row out, or take a learner on trees, which learns from them.";
  return Number.isNaN(value)
    ? new ImagoError(message, { help })
    : new ImagoError(`${message} Expected finite numbers.`);
}

function weighted(
  where: string,
  x: Matrix,
  y: Float64Array,
  weights: Float64Array,
): Pick<CheckedData, "x" | "y" | "weights"> {
  if (weights.length !== y.length) {
    throw new ImagoError(
      `${where}: weights must have a number for each of ${y.length} rows, received ${weights.length}.`,
    );
  }
  const bad = weights.findIndex((one) => !(Number.isFinite(one) && one >= 0));
  if (bad >= 0)
    throw new ImagoError(`${where}: weights[${bad}] is ${weights[bad]}, expected a number from 0.`);
  const rows = Int32Array.from(weights.keys()).filter((i) => weights[i]! > 0);
  if (rows.length === 0) throw new ImagoError(`${where}: every row has the weight 0.`);
  const kept = Float64Array.from(rows, (i) => weights[i]!);
  const mean = kept.reduce((sum, one) => sum + one, 0) / kept.length;
  const even = kept.every((one) => one === kept[0]);
  return {
    x: rows.length === x.rows ? x : x.select({ rows }),
    y: rows.length === x.rows ? y : Float64Array.from(rows, (i) => y[i]!),
    weights: even ? undefined : kept.map((one) => one / mean),
  };
}

/**
 * Looks through rows to predict for.
 *
 * @throws {ImagoError} on another number of columns, and on numbers that the learner does not take
 */
export function checkRows(where: string, x: Matrix, columns: number, takes: Takes = {}): void {
  if (!(x instanceof Matrix)) throw new ImagoError(`${where}: x must be a Matrix; matrixOf makes one.`);
  if (x.columns !== columns) {
    throw new ImagoError(`${where}: learnt from ${columns} columns, received ${x.columns}.`);
  }
  checkColumns(where, x, takes.missing === true);
}
