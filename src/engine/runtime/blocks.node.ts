import { oneOf } from "../options.js";

/** Says whether images are trained on in blocks of channels. */
const blocksVariable = "IMAGO_BLOCKS";

const field = oneOf(["0", "1"]);

/**
 * Whether the environment lets images lie in blocks of channels.
 *
 * @throws ImagoError where it says something else than 0 or 1
 */
export function blocksWanted(): boolean {
  const given = process.env[blocksVariable];
  if (given === undefined || given === "") return true;
  return field.read("environment", blocksVariable, given) === "1";
}
