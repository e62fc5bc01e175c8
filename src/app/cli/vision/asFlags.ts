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

/** What the library calls its options, and what they are called here. */
const flagOf: readonly (readonly [option: RegExp, flag: string])[] = [
  [/with maxUnreadable\b/g, "with --max-unreadable"],
  [/, or name the classes that are wanted with classes\b/g, ""],
  [/with batchSize\b/g, "with --batch"],
  [/with learningRate\b/g, "with --learning-rate"],
  [/with classWeights\b/g, "with --class-weights"],
  [/with fineTune\b/g, "with --fine-tune"],
  [/with (epochs|augment|patience|seed|network)\b/g, "with --$1"],
  [/Name the features yourself, the value/g, "Name the features yourself by --cut, the value"],
];

/** What the library says of its options, in the words of the flags. */
export async function toldInFlags<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof ImagoError)) throw cause;
    const message = flagOf.reduce((text, [option, flag]) => text.replace(option, flag), cause.message);
    if (message === cause.message) throw cause;
    throw cause instanceof UsageError
      ? new UsageError(message, { cause })
      : new ImagoError(message, { cause });
  }
}
