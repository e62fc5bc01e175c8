import { ImagoError } from "../../../engine/errors.js";
import { UsageError } from "./run.js";

/** A flag, or which it is by a message. */
export type Blamed = string | undefined | ((message: string) => string | undefined);

/**
 * Does what a flag asks for. What goes wrong then is said with the flag's name before it.
 *
 * @param flag by what the message says, where several may be at fault; `undefined` where nobody gave it, and nothing is to be blamed
 */
export async function blaming<T>(flag: Blamed, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof ImagoError)) throw cause;
    const blamed = typeof flag === "function" ? flag(cause.message) : flag;
    if (blamed === undefined) throw cause;
    // Without what the library calls the work.
    const message = `${blamed}: ${cause.message.replace(/^(dream|style|filters|explain|imageFolder): /, "")}`;
    throw cause instanceof UsageError
      ? new UsageError(message, { cause })
      : new ImagoError(message, { cause });
  }
}
