import { ImagoError } from "../../../engine/errors.js";

/** Half of an interval's width. */
export interface ResidualQuantile {
  /** The share of rows that it is to hold. */
  readonly level: number;
  /** Prediction ± this. Nothing where rows are too few for the level: 19 are needed for 95 %. */
  readonly halfWidth: number | undefined;
}

/**
 * How wide intervals around predictions are, by residuals on rows that the models had not seen: of n the ⌈(n + 1) · level⌉-th
 * smallest absolute one. One row more, of the same kind, then lies within with a chance of `level` at least, whatever the
 * model (split conformal prediction: Vovk, Gammerman and Shafer 2005); by residuals of cross-validation, where the final model
 * is another, nearly so (Barber et al. 2021). All rows have one width: where errors grow with the prediction, small
 * predictions have too much of it and large ones too little.
 *
 * @param residuals `[rows]`, of any sign
 * @param levels above 0 and below 1
 * @throws ImagoError on a level that is none, and on residuals that are not finite
 */
export function residualQuantiles(
  residuals: Float64Array,
  levels: readonly number[],
): readonly ResidualQuantile[] {
  if (!residuals.every(Number.isFinite)) {
    throw new ImagoError("residualQuantiles: residuals must be finite.", {
      help: "Leave rows without a prediction out.",
    });
  }
  const sorted = residuals.map(Math.abs).sort();
  return levels.map((level) => {
    if (!(level > 0 && level < 1)) {
      throw new ImagoError(`residualQuantiles: levels must be above 0 and below 1, received ${level}.`);
    }
    // Without the difference rounding makes 8 of 7.000000000000001.
    const place = Math.max(1, Math.ceil((sorted.length + 1) * level - 1e-9));
    return { level, halfWidth: sorted[place - 1] };
  });
}
