/** The rows of one part: from `from` to before `to`. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Rows in parts that differ by one at most, the larger ones first. */
export function rangesOf(rows: number, parts: number): RowRange[] {
  const [least, larger] = [Math.floor(rows / parts), rows % parts];
  const begin = (part: number): number => part * least + Math.min(part, larger);
  return Array.from({ length: parts }, (_, part) => ({ from: begin(part), to: begin(part + 1) }));
}
