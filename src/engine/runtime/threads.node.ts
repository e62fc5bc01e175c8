import { availableParallelism } from "node:os";
import { number } from "../options.js";
import { coresOfMachine } from "./cores.node.js";

/** Says how many threads a process may compute with; pools set it for their workers. */
export const threadsVariable = "IMAGO_THREADS";

const field = number({ min: 0, integer: true });

/**
 * The threads that the environment gives this process.
 *
 * @returns nothing where it does not say
 * @throws ImagoError where it says something else than a whole number
 */
export function threadsGiven(): number | undefined {
  const given = process.env[threadsVariable];
  if (given === undefined || given === "") return undefined;
  return field.read("environment", threadsVariable, /^\d+$/.test(given) ? Number(given) : given);
}

/**
 * The threads that ONNX Runtime is to have by itself: 0, by which it counts the cores that it sees, unless the environment says a
 * number, or a container lets this process use fewer.
 */
export function threadsByDefault(): number {
  const given = threadsGiven();
  if (given !== undefined) return given;
  const cores = coresOfMachine();
  return cores < availableParallelism() ? cores : 0;
}

/** The cores that this process may use: all of them, as a container limits it, or as many as it was given threads. At least 1. */
export function coresAvailable(): number {
  return threadsGiven() || coresOfMachine();
}
