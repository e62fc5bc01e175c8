import { accepting, optional } from "../../../engine/options.js";

/** In how many parts a batch is computed, by as many cores as there are; `"auto"` has a rule decide. */
export type PartsOption = "auto" | number;

/** The most parts that can be asked for. */
export const mostParts = 256;

/** How the option `parts` is read. */
export const partsField = optional(
  accepting(
    `"auto" or a whole number from 1 to ${mostParts}`,
    (value): value is PartsOption =>
      value === "auto" ||
      (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= mostParts),
  ),
);
