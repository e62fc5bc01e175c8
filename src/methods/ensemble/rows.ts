/** Some rows of `rows × width` numbers, in the order of `rows`. */
export function pickRows(values: Float64Array, rows: Int32Array, width = 1): Float64Array {
  return Float64Array.from(
    { length: rows.length * width },
    (_, i) => values[(rows[Math.floor(i / width)] as number) * width + (i % width)] as number,
  );
}

/** Numbers of rows from several lists, in rising order. */
export const joinedRows = (parts: readonly Int32Array[]): Int32Array =>
  Int32Array.from(parts.flatMap((part) => [...part])).sort();

/** Writes rows of `part`, of `width` numbers each, to their places in `into`: the other way round. */
export function putRows(part: Float64Array, rows: Int32Array, width: number, into: Float64Array): void {
  rows.forEach((row, place) => {
    into.set(part.subarray(place * width, (place + 1) * width), row * width);
  });
}
