import { type Binned, binsPerColumn, missingBin } from "./bins.js";

/** Words of a histogram's bin: sum of what is to be explained, sum of its weights, number of rows. */
export const perBin = 3;
const columnSize = binsPerColumn * perBin;

/** Where the histogram of a column begins. */
export const columnStart = (j: number): number => j * columnSize;

/** Where the bin of what is missing begins in a column's histogram. */
export const missingStart = (j: number): number => columnStart(j) + missingBin * perBin;

/** An empty histogram of all columns. Of a column only as many bins are ever touched as it has. */
export function emptyHistogram(columns: number): Float64Array {
  return new Float64Array(columns * columnSize);
}

/** The rows of a node and what belongs to them, both in the same order. */
export interface NodeRows {
  /** Numbers of rows; those of the node stand from `from` to `to`. */
  readonly order: Int32Array;
  readonly from: number;
  readonly to: number;
  /** What is to be explained, times its weight, from place 0 on. */
  readonly targets: Float64Array;
  /** Weights, from place 0 on; `undefined` where all are 1. */
  readonly weights: Float64Array | undefined;
}

/**
 * Fills the histograms of some columns with the rows of a node. Four columns are filled at once: a row's numbers are
 * read once for them, and sums of one bin wait for each other less.
 */
export function fillHistogram(
  histogram: Float64Array,
  { bins, rows, columns: all }: Binned,
  columns: Int32Array,
  node: NodeRows,
): void {
  for (const j of columns) {
    const start = columnStart(j);
    histogram.fill(0, start, start + all[j]!.count * perBin);
    histogram.fill(0, missingStart(j), missingStart(j) + perBin);
  }
  const { weights } = node;
  let at = 0;
  for (; at + 4 <= columns.length; at += 4) {
    const [a, b, c, d] = [columns[at]!, columns[at + 1]!, columns[at + 2]!, columns[at + 3]!];
    if (weights === undefined) fillFour(histogram, bins, rows, a, b, c, d, node);
    else fillFourWeighted(histogram, bins, rows, a, b, c, d, node, weights);
  }
  for (; at < columns.length; at++) {
    if (weights === undefined) fillOne(histogram, bins, rows, columns[at]!, node);
    else fillOneWeighted(histogram, bins, rows, columns[at]!, node, weights);
  }
}

/** With weights of 1 the number of rows is their sum, so it is all that is counted. */
function fillFour(
  histogram: Float64Array,
  bins: Uint8Array,
  rows: number,
  a: number,
  b: number,
  c: number,
  d: number,
  { order, from, to, targets }: NodeRows,
): void {
  const [startA, startB, startC, startD] = [columnStart(a), columnStart(b), columnStart(c), columnStart(d)];
  const [binsA, binsB, binsC, binsD] = [a * rows, b * rows, c * rows, d * rows];
  for (let i = from; i < to; i++) {
    const row = order[i]!;
    const target = targets[i - from]!;
    const atA = startA + bins[binsA + row]! * perBin;
    const atB = startB + bins[binsB + row]! * perBin;
    const atC = startC + bins[binsC + row]! * perBin;
    const atD = startD + bins[binsD + row]! * perBin;
    histogram[atA]! += target;
    histogram[atA + 2]! += 1;
    histogram[atB]! += target;
    histogram[atB + 2]! += 1;
    histogram[atC]! += target;
    histogram[atC + 2]! += 1;
    histogram[atD]! += target;
    histogram[atD + 2]! += 1;
  }
}

function fillFourWeighted(
  histogram: Float64Array,
  bins: Uint8Array,
  rows: number,
  a: number,
  b: number,
  c: number,
  d: number,
  { order, from, to, targets }: NodeRows,
  weights: Float64Array,
): void {
  const [startA, startB, startC, startD] = [columnStart(a), columnStart(b), columnStart(c), columnStart(d)];
  const [binsA, binsB, binsC, binsD] = [a * rows, b * rows, c * rows, d * rows];
  for (let i = from; i < to; i++) {
    const row = order[i]!;
    const target = targets[i - from]!;
    const weight = weights[i - from]!;
    const atA = startA + bins[binsA + row]! * perBin;
    const atB = startB + bins[binsB + row]! * perBin;
    const atC = startC + bins[binsC + row]! * perBin;
    const atD = startD + bins[binsD + row]! * perBin;
    histogram[atA]! += target;
    histogram[atA + 1]! += weight;
    histogram[atA + 2]! += 1;
    histogram[atB]! += target;
    histogram[atB + 1]! += weight;
    histogram[atB + 2]! += 1;
    histogram[atC]! += target;
    histogram[atC + 1]! += weight;
    histogram[atC + 2]! += 1;
    histogram[atD]! += target;
    histogram[atD + 1]! += weight;
    histogram[atD + 2]! += 1;
  }
}

function fillOne(
  histogram: Float64Array,
  bins: Uint8Array,
  rows: number,
  j: number,
  { order, from, to, targets }: NodeRows,
): void {
  const start = columnStart(j);
  const base = j * rows;
  for (let i = from; i < to; i++) {
    const at = start + bins[base + order[i]!]! * perBin;
    histogram[at]! += targets[i - from]!;
    histogram[at + 2]! += 1;
  }
}

function fillOneWeighted(
  histogram: Float64Array,
  bins: Uint8Array,
  rows: number,
  j: number,
  { order, from, to, targets }: NodeRows,
  weights: Float64Array,
): void {
  const start = columnStart(j);
  const base = j * rows;
  for (let i = from; i < to; i++) {
    const at = start + bins[base + order[i]!]! * perBin;
    histogram[at]! += targets[i - from]!;
    histogram[at + 1]! += weights[i - from]!;
    histogram[at + 2]! += 1;
  }
}

/** The histogram of one child from its parent's, which is written over, and the other's. */
export function subtractHistogram(
  parent: Float64Array,
  other: Float64Array,
  { columns: all }: Binned,
  columns: Int32Array,
): void {
  const subtract = (from: number, end: number): void => {
    for (let at = from; at < end; at++) parent[at] = parent[at]! - other[at]!;
  };
  for (const j of columns) {
    const start = columnStart(j);
    subtract(start, start + all[j]!.count * perBin);
    subtract(missingStart(j), missingStart(j) + perBin);
  }
}
