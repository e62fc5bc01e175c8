import { ImagoError } from "../../../engine/errors.js";

/** What is wrong with data, with the name that they have here. */
export function named<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ImagoError)) throw cause;
    throw new ImagoError(`superLearner: ${what}: ${cause.message}`, { cause });
  }
}
