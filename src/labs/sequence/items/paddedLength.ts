/** Lengths are rounded up to so many a doubling, so that few programs serve all of them and little is computed in vain. */
const eachDoubling = { short: 8, long: 4 };
/** From here on lengths count as long: each program of theirs keeps so much memory that fewer are better. */
const long = 256;
const shortest = 4;

/**
 * The length that a batch is padded to: at most an eighth longer than its longest item, from 256 on a quarter.
 *
 * @param longest from 1
 */
export function paddedLength(longest: number): number {
  const doubling = 2 ** Math.floor(Math.log2(longest));
  const step = Math.max(shortest, doubling / (longest < long ? eachDoubling.short : eachDoubling.long));
  return Math.ceil(longest / step) * step;
}
