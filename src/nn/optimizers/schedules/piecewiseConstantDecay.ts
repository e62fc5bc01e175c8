import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, numbers, readOptions } from "../../../engine/options.js";
import type { Schedule } from "../optimizer.js";

export interface PiecewiseConstantDecayOptions {
  /** Ascending steps, each the last one of its piece. */
  readonly boundaries: readonly number[];
  /** One rate for each piece: one more than boundaries. */
  readonly values: readonly number[];
}

const fields = {
  boundaries: numbers(),
  values: numbers({ min: 0 }),
} satisfies FieldsOf<PiecewiseConstantDecayOptions>;

/** A rate for each stretch of steps. */
export function piecewiseConstantDecay(options: PiecewiseConstantDecayOptions): Schedule {
  const config = readOptions("piecewiseConstantDecay", options, fields);
  const { boundaries, values } = config;
  if (values.length !== boundaries.length + 1) {
    throw new ImagoError(
      `piecewiseConstantDecay: expected one value more than boundaries, received ${values.length} values ` +
        `and ${boundaries.length} boundaries.`,
    );
  }
  if (boundaries.some((boundary, i) => i > 0 && boundary <= (boundaries[i - 1] as number))) {
    throw new ImagoError(
      `piecewiseConstantDecay: the boundaries must ascend, received [${boundaries.join(", ")}].`,
    );
  }
  return {
    name: "piecewiseConstantDecay",
    config,
    at: (step) => values[boundaries.filter((boundary) => step > boundary).length] as number,
  };
}
