import { residualQuantiles } from "./insight/residualQuantiles.js";
import type { TrainedTable } from "./training/trainTable.js";

/** Intervals that predictions of numbers come with. */
const levels = [0.5, 0.8, 0.9, 0.95];

/** How far honest predictions are off, by shares of rows. */
export function residualWithin(
  y: Float64Array,
  { judged, predictions }: Pick<TrainedTable, "judged" | "predictions">,
): Readonly<Record<string, number>> {
  const residuals = Float64Array.from(judged, (row) => (y[row] as number) - (predictions[row] as number));
  const found = residualQuantiles(residuals, levels);
  return Object.fromEntries(
    found.flatMap(({ level, halfWidth }) => (halfWidth === undefined ? [] : [[String(level), halfWidth]])),
  );
}
