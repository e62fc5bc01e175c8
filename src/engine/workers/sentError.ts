import { ImagoError, messageOf } from "../errors.js";

/** An error as it goes from one process to another. */
export interface SentError {
  readonly name: string;
  /** Without the help. */
  readonly message: string;
  readonly stack: string | undefined;
  /** Whether it was an ImagoError. */
  readonly own: boolean;
  readonly help: string | undefined;
}

/** Whatever was thrown, ready to be sent. */
export function packError(thrown: unknown): SentError {
  if (!(thrown instanceof Error)) {
    return { name: "Error", message: messageOf(thrown), stack: undefined, own: false, help: undefined };
  }
  const { name, message, stack } = thrown;
  const help = thrown instanceof ImagoError ? thrown.help : undefined;
  const plain =
    help !== undefined && message.endsWith(` ${help}`) ? message.slice(0, -help.length - 1) : message;
  return { name, message: plain, stack, own: thrown instanceof ImagoError, help };
}

/** The error that was sent: an ImagoError again, or an Error of the same name; its stack says where it was thrown. */
export function unpackError({ name, message, stack, own, help }: SentError): Error {
  const error = own
    ? new ImagoError(message, help === undefined ? {} : { help })
    : Object.assign(new Error(message), name === "Error" ? {} : { name });
  if (stack !== undefined) error.stack = stack;
  return error;
}
