import { ImagoError } from "../../engine/errors.js";
import { parseWeighted } from "../../vision/parseWeighted.js";
import type { StyleLayer } from "./objective.js";

/**
 * A layer as it is written on a command line: `NAME` or `NAME=WEIGHT`.
 *
 * @throws ImagoError when there is no name, or the weight is no number above 0
 */
export function parseStyleLayer(text: string): StyleLayer {
  const { name = "", weight } = parseWeighted(text) ?? {};
  if (name === "" || name.includes("=") || (weight !== undefined && weight <= 0)) {
    throw new ImagoError(`"${text}" is no layer; expected NAME, or NAME=WEIGHT with a weight above 0.`);
  }
  return weight === undefined ? { name } : { name, weight };
}
