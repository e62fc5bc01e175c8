import { correlationOf } from "./rankedColumn.js";

/** With fewer rows an order may be chance. */
const fewestRows = 30;

/** Whether rows stand in the order of the target: numbers rise or fall nearly throughout, classes come one behind the other. */
export function areSorted(y: Float64Array, ranks: Float64Array | undefined, classes: number): boolean {
  if (y.length < fewestRows) return false;
  if (ranks !== undefined) return Math.abs(correlationOf(ranks, Float64Array.from(ranks.keys()))) > 0.99;
  let changes = 0;
  for (let i = 1; i < y.length; i++) if (y[i] !== y[i - 1]) changes++;
  return changes === classes - 1;
}
