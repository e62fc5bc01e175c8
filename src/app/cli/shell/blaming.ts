import { ImagoError } from "../../../engine/errors.js";
import { UsageError } from "./run.js";

/**
 * Does what a flag asks for. What goes wrong then is said with the flag's name before it.
 *
 * @param flag `undefined` where nobody gave it, and nothing is to be blamed
 */
export async function blaming<T>(flag: string | undefined, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (flag === undefined || !(cause instanceof ImagoError)) throw cause;
    const message = `${flag}: ${cause.message}`;
    throw cause instanceof UsageError
      ? new UsageError(message, { cause })
      : new ImagoError(message, { cause });
  }
}
