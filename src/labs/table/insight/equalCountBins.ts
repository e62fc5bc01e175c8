/**
 * Rows in bins of as many rows as possible alike, by rising values; equal values stay in one bin, so that there may be fewer
 * bins. Of few rows too: a bin has five at least, where there are as many.
 *
 * @param values `[rows]`, finite
 * @returns rows of each bin, none empty
 */
export function equalCountBins(values: Float64Array, bins: number): Int32Array[] {
  const order = Int32Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
  const count = Math.max(1, Math.min(bins, Math.floor(values.length / 5)));
  const found: Int32Array[] = [];
  let from = 0;
  for (let bin = 1; bin <= count; bin++) {
    let to = Math.max(from, Math.round((bin * order.length) / count));
    const valueAt = (place: number): number => values[order[place] as number] as number;
    while (to > 0 && to < order.length && valueAt(to) === valueAt(to - 1)) to++;
    if (to > from) found.push(order.slice(from, to));
    from = to;
  }
  return found;
}
