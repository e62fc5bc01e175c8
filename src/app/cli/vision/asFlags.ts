import { ImagoError } from "../../../engine/errors.js";
import { UsageError } from "../shell/run.js";

/** What the checks of a classifier's folder say, in the words of the flags. */
export async function asFlags(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (!(cause instanceof ImagoError)) throw cause;
    const message = cause.message
      .replace(
        "Go on with it by resume, or choose another folder.",
        "Go on with it by --resume, or choose another folder by --out.",
      )
      .replace("Choose a new folder.", "Choose a new folder by --out.");
    throw new UsageError(message, { cause });
  }
}
