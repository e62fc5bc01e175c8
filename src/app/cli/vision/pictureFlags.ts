import type { Command } from "commander";
import { number, oneOf, optional } from "../../../engine/options.js";
import type { GroupRule } from "../../../io/data/split/groups.js";
import { FieldFlags } from "../shell/flag.js";
import { UsageError } from "../shell/run.js";

/** Flags of a folder of pictures that are no fields, as commander gives them. */
export interface PictureFolderFlags {
  readonly group?: string;
  readonly labels?: string;
  readonly strict?: true;
  readonly cache: boolean;
}

const size = (help: string) => optional(number({ min: 8, max: 2048, integer: true, unit: "px", help }));

const others = {
  maxUnreadable: number({
    default: 0.1,
    min: 0,
    max: 1,
    unit: "p",
    help: "share of pictures that may be unreadable before it stops",
  }),
  fit: oneOf(["cover", "contain", "stretch"], "cover", {
    help: "pictures of another shape: cover crops to the middle, contain adds borders, stretch distorts",
  }),
  validation: number({
    default: 0.2,
    above: 0,
    max: 0.9,
    unit: "p",
    help: "share of the pictures that is not learnt but measured on, where the folder has no such part, up to 0.9 (default: 0.2, of more than 25,000 pictures about 5,000)",
  }),
};

/**
 * Flags of the pictures' size and shape, and of how many are held out.
 *
 * @param help of `--size`, whose default differs
 * @param fit all that is said of `--fit`, where its default differs
 */
export const pictureFlagsWith = (help: string, fit?: string) =>
  new FieldFlags({ size: size(help), ...others }, fit === undefined ? {} : { fit: { help: fit } });

/** Adds what says how a folder is read. */
export function addFolderFlags(command: Command): Command {
  return command
    .option(
      "--group <pattern>",
      "what stays together: a regular expression on the path, or the number of a folder level below the class",
    )
    .option(
      "--labels <file>",
      "a CSV or JSON Lines file of pictures and their classes (default: labels.csv in the folder)",
    )
    .option("--strict", "stop at the first picture that cannot be read")
    .option("--no-cache", "decode pictures anew in each epoch, and keep none on disk");
}

/** What `--group` means. @throws UsageError where it is no expression */
export function groupOf(text: string | undefined): GroupRule | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) {
    const level = Number(text);
    if (level >= 1 && level <= 100) return level;
    throw new UsageError(
      `--group must be a folder level from 1 to 100 or a regular expression, received "${text}".`,
    );
  }
  try {
    return new RegExp(text, "u");
  } catch (cause) {
    throw new UsageError(`--group must be a folder level or a regular expression, received "${text}".`, {
      cause,
    });
  }
}
