/**
 * A quantile, with straight lines between the values (type 7 of Hyndman and Fan 1996).
 *
 * @param sorted rising, at least one
 * @param share from 0 to 1
 */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  return low + (place - below) * ((sorted[Math.min(below + 1, sorted.length - 1)] as number) - low);
}
