import { ImagoError } from "../../engine/errors.js";
import type { StyleLayer } from "./objective.js";

/**
 * A layer as it is written on a command line: `NAME` or `NAME=WEIGHT`.
 *
 * @throws ImagoError when there is no name, or the weight is no number above 0
 */
export function parseStyleLayer(text: string): StyleLayer {
  const { name, weight } = /^(?<name>[^=]+)(?:=(?<weight>[^=]*))?$/s.exec(text)?.groups ?? {};
  const share = weight === undefined ? 1 : Number(weight);
  if (name === undefined || weight?.trim() === "" || !(share > 0 && Number.isFinite(share))) {
    throw new ImagoError(`"${text}" is no layer; expected NAME, or NAME=WEIGHT with a weight above 0`);
  }
  return weight === undefined ? { name } : { name, weight: share };
}
