import { ImagoError, messageOf } from "../errors.js";
import { RowError } from "./rowError.js";

/** What ONNX Runtime says, and what a user can do about it. */
export function runError(cause: unknown): ImagoError {
  const message = messageOf(cause);
  const said = `ONNX Runtime could not run the graph: ${message}`;
  const whole = /[.!?]$/.test(said) ? said : `${said}.`;
  if (!/indices element out of data bounds/.test(message)) return new ImagoError(whole, { cause });
  return new RowError(whole, {
    cause,
    help:
      "An embedding, or another Gather, was asked for a row that it has not got: ids must be whole numbers from 0 to below its size, " +
      "which itself stands here for those below 0 and for fractions.",
  });
}
