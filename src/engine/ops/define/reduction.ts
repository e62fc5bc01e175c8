import { ImagoError } from "../../errors.js";
import type { Attributes } from "../../graph/attributes.js";

/** How a scatter combines an update with what is there already. */
export type Reduction = "none" | "add" | "mul" | "min" | "max";

export const reductions: readonly Reduction[] = ["none", "add", "mul", "min", "max"];

/** @throws when the attribute "reduction" is none of `allowed` */
export function reductionOf(attributes: Attributes, allowed = reductions): Reduction {
  const given = attributes.string("reduction", "none");
  const found = allowed.find((reduction) => reduction === given);
  if (found === undefined) {
    const where = allowed === reductions ? "must be" : "has a gradient only where it is";
    throw new ImagoError(`reduction "${given}" ${where} one of ${allowed.join(", ")}`);
  }
  return found;
}
