import { type Binned, missingBin } from "./bins.js";

/** How a split sends bins. */
export interface BinSplit {
  readonly column: number;
  /** The last bin that goes left; without a set. */
  readonly bin: number;
  readonly set: Int32Array | undefined;
  readonly missingLeft: boolean;
}

/** Whether a bin goes left. */
export function goesLeft({ bin: last, set, missingLeft }: BinSplit, bin: number): boolean {
  if (set !== undefined) return ((set[bin >> 5]! >> (bin & 31)) & 1) === 1;
  return bin === missingBin ? missingLeft : bin <= last;
}

/**
 * Puts the rows of a node that go left in front of the others, each in the order they had, so that memory is read in
 * rising order further down too.
 *
 * @param spare as long as `order`; written over
 * @returns where the right rows begin
 */
export function partition(
  { bins, rows }: Binned,
  split: BinSplit,
  order: Int32Array,
  from: number,
  to: number,
  spare: Int32Array,
): number {
  const base = split.column * rows;
  const sides = new Uint8Array(256);
  for (let bin = 0; bin < 256; bin++) sides[bin] = goesLeft(split, bin) ? 1 : 0;
  let left = from;
  let right = 0;
  // Without a branch, which would be guessed wrongly half of the time: each row is written to both, one of them counts.
  for (let i = from; i < to; i++) {
    const row = order[i]!;
    const side = sides[bins[base + row]!]!;
    order[left] = row;
    spare[right] = row;
    left += side;
    right += 1 - side;
  }
  for (let i = 0; i < right; i++) order[left + i] = spare[i]!;
  return left;
}
