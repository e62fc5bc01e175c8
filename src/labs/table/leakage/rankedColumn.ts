import { risingOrder } from "./risingOrder.js";

/** A column's numbers by their order. */
export interface RankedColumn {
  /** `[rows]`: from 0 among those that are there, equal ones share the mean of theirs; NaN where the number is missing. */
  readonly ranks: Float64Array;
  /** How many are there. */
  readonly present: number;
  /** How many different ones. */
  readonly distinct: number;
}

/** Ranks of a column's numbers. */
export function rankedColumn(values: Float64Array): RankedColumn {
  const order = risingOrder(values);
  let present = order.length;
  while (present > 0 && Number.isNaN(values[order[present - 1]!]!)) present--;
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  let distinct = 0;
  for (let from = 0; from < present; distinct++) {
    const value = values[order[from]!]!;
    let to = from + 1;
    while (to < present && values[order[to]!] === value) to++;
    for (let k = from; k < to; k++) ranks[order[k]!] = (from + to - 1) / 2;
    from = to;
  }
  return { ranks, present, distinct };
}

/** Pearson's correlation over the rows where both are there; 0 where one does not vary. Of ranks it is Spearman's. */
export function correlationOf(one: Float64Array, other: Float64Array): number {
  let [count, sumA, sumB] = [0, 0, 0];
  for (let i = 0; i < one.length; i++) {
    const [a, b] = [one[i]!, other[i]!];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    count++;
    sumA += a;
    sumB += b;
  }
  const [meanA, meanB] = [sumA / count, sumB / count];
  let [product, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < one.length; i++) {
    const [a, b] = [one[i]! - meanA, other[i]! - meanB];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    product += a * b;
    squaresA += a * a;
    squaresB += b * b;
  }
  return squaresA === 0 || squaresB === 0 ? 0 : product / Math.sqrt(squaresA * squaresB);
}
