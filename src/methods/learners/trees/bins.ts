import { ImagoError } from "../../../engine/errors.js";
import type { Matrix } from "../matrix.js";

/** Most bins for numbers or categories; the bin after them is that of what is missing. */
export const mostBins = 255;
/** The bin of missing numbers, and of categories that did not occur. */
export const missingBin = 255;
/** Bins a column has room for, that of what is missing included. */
export const binsPerColumn = 256;
/** The largest float32: the threshold of a split that parts all numbers from what is missing. */
export const aboveAll = 3.4028234663852886e38;
/** More rows than this are thinned out evenly before quantiles are looked for. */
const mostForQuantiles = 200_000;

/** How the numbers of one column become bins. */
export interface ColumnBins {
  /**
   * Rising: bin b holds what is above the edge before and at or below its own, the last bin the rest. All are float32,
   * and so are the numbers they are compared with.
   */
  readonly edges: Float32Array;
  /** For a column of categories its values, rising; bin b is the b-th. Then there are no edges. */
  readonly categories: Float32Array | undefined;
  /** How many bins there are, without that of what is missing. */
  readonly count: number;
}

/** A matrix in bins. */
export interface Binned {
  readonly rows: number;
  readonly columns: readonly ColumnBins[];
  /** Column after column, [columns, rows]. */
  readonly bins: Uint8Array;
}

/**
 * The float32 number at which a ≤ t < b splits two neighbouring float32 numbers: their middle, or a where rounding
 * would carry the middle to b. A middle of float64 that is rounded later can put b's rows on the side of a.
 */
export function between(a: number, b: number): number {
  const middle = Math.fround(a / 2 + b / 2);
  return middle >= a && middle < b ? middle : a;
}

/**
 * Columns in at most 255 bins each: every distinct float32 number its own where there are not more, and else about
 * equally many rows in each.
 *
 * @param categories numbers of the columns whose numbers stand for categories
 * @param most bins of a column of numbers, from 2 to 255
 * @throws {ImagoError} on a column number that there is not, and on more than 255 categories in a column
 */
export function binned(
  where: string,
  x: Matrix,
  categories: readonly number[] = [],
  most = mostBins,
): Binned {
  const none = categories.find((j) => j >= x.columns);
  if (none !== undefined) {
    throw new ImagoError(
      `${where}: categories names column ${none}, but there are ${x.columns}, counted from 0.`,
    );
  }
  const bins = new Uint8Array(x.rows * x.columns);
  const wide = new Float64Array(x.rows);
  const column = new Float32Array(x.rows);
  const columns = Array.from({ length: x.columns }, (_, j) => {
    column.set(x.column(j, wide));
    const own = categories.includes(j) ? categoryBins(where, j, column) : numberBins(column, most);
    const into = bins.subarray(j * x.rows, (j + 1) * x.rows);
    if (own.categories === undefined) assignNumbers(column, own.edges, into);
    else for (let i = 0; i < column.length; i++) into[i] = categoryBin(own.categories, column[i]!);
    return own;
  });
  return { rows: x.rows, columns, bins };
}

function numberBins(column: Float32Array, most: number): ColumnBins {
  const step = Math.ceil(column.length / mostForQuantiles);
  const sorted = column.filter((one, i) => i % step === 0 && !Number.isNaN(one)).sort();
  const edges: number[] = [];
  const distinct = distinctOf(sorted, most);
  if (distinct !== undefined) {
    for (let i = 1; i < distinct.length; i++) edges.push(between(distinct[i - 1]!, distinct[i]!));
    return { edges: Float32Array.from(edges), categories: undefined, count: Math.max(1, distinct.length) };
  }
  let at = 0;
  for (let bin = 1; bin < most; bin++) {
    at = Math.max(at, Math.floor((bin * sorted.length) / most));
    // The edge lies behind all that are equal.
    while (at < sorted.length && at > 0 && sorted[at] === sorted[at - 1]) at++;
    if (at >= sorted.length) break;
    const edge = between(sorted[at - 1]!, sorted[at]!);
    if (edge !== edges.at(-1)) edges.push(edge);
  }
  return { edges: Float32Array.from(edges), categories: undefined, count: edges.length + 1 };
}

/** The distinct numbers of a sorted array, or `undefined` if there are more than `most`. */
function distinctOf(sorted: Float32Array, most: number): number[] | undefined {
  const distinct: number[] = [];
  for (let i = 0; i < sorted.length; i++) {
    if (i > 0 && sorted[i] === sorted[i - 1]) continue;
    if (distinct.length === most) return undefined;
    distinct.push(sorted[i]!);
  }
  return distinct;
}

function categoryBins(where: string, j: number, column: Float32Array): ColumnBins {
  const sorted = column.filter((one) => !Number.isNaN(one)).sort();
  const distinct = distinctOf(sorted, mostBins);
  if (distinct !== undefined) {
    return { edges: new Float32Array(0), categories: Float32Array.from(distinct), count: distinct.length };
  }
  const help = "Put the rare ones together first, or leave the column out of categories.";
  throw new ImagoError(`${where}: column ${j} has more than ${mostBins} categories.`, { help });
}

function assignNumbers(column: Float32Array, edges: Float32Array, into: Uint8Array): void {
  const last = edges.length;
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= edges[middle]!) high = middle;
      else low = middle + 1;
    }
    into[i] = Number.isNaN(value) ? missingBin : low;
  }
}

/** The bin of a category; that of what is missing if it did not occur. */
export function categoryBin(categories: Float32Array, value: number): number {
  let low = 0;
  let high = categories.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (categories[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low < categories.length && categories[low] === value ? low : missingBin;
}
