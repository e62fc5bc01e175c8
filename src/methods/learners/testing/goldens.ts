import { readFileSync } from "node:fs";
import { Generator } from "../../../engine/random/generator.js";
import type { LearnerData } from "../learner.js";
import { Matrix } from "../matrix.js";

/** What is read of a file in goldens/ensembles: rows, folds, and the predictions held out in them. */
export interface LearnerGolden {
  readonly x: Readonly<Record<string, readonly number[]>>;
  readonly y: readonly number[];
  readonly observationWeights: readonly number[] | null;
  readonly folds: readonly (readonly number[])[];
  readonly ambiguousRows: Readonly<Record<string, readonly number[]>>;
  readonly z: Readonly<Record<string, readonly number[]>>;
}

export function golden<T>(name: string): T {
  const url = new URL(`../../../../goldens/ensembles/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8")) as T;
}

/** Columns by name as a matrix. */
export function matrixOfColumns(columns: Readonly<Record<string, readonly number[]>>): Matrix {
  const lists = Object.values(columns);
  const rows = lists[0]!.length;
  const data = new Float64Array(rows * lists.length);
  for (const [j, list] of lists.entries())
    for (const [i, one] of list.entries()) data[i * lists.length + j] = one;
  return new Matrix(rows, lists.length, data);
}

/** Some rows of data. */
export function rowsOf(data: LearnerData, rows: readonly number[]): LearnerData {
  const of = (values: Float64Array): Float64Array => Float64Array.from(rows, (i) => values[i]!);
  const weights = data.weights === undefined ? undefined : of(data.weights);
  return { ...data, x: data.x.select({ rows }), y: of(data.y), weights };
}

/** The rows that are not in a fold. */
export function others(count: number, fold: readonly number[]): number[] {
  return Array.from({ length: count }, (_, i) => i).filter((i) => !fold.includes(i));
}

/** Rows drawn at random: y is a curve of the first columns plus noise, or which of `classes` slices it lies in. */
export function madeUp(rows: number, columns: number, classes?: number): LearnerData {
  const random = new Generator(7);
  const data = Float64Array.from({ length: rows * columns }, () => random.normal());
  const y = Float64Array.from({ length: rows }, (_, i) => {
    const [a, b] = [data[i * columns]!, data[i * columns + Math.min(1, columns - 1)]!];
    const value = a + Math.sin(2 * b) + 0.3 * random.normal();
    return classes === undefined
      ? value
      : Math.min(classes - 1, Math.max(0, Math.floor(value + classes / 2)));
  });
  return { x: new Matrix(rows, columns, data), y, classes, random: new Generator(1) };
}
