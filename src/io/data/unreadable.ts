import { ImagoError } from "../../engine/errors.js";
import { counted } from "../../engine/words.js";
import type { UnreadablePicture } from "./report.js";

/** So few are never too many. */
const few = 2;

/** How unreadable pictures are borne. */
export interface Forbearance {
  readonly strict: boolean;
  /** The largest share of all. */
  readonly maxUnreadable: number;
}

/**
 * @param unreadable those met so far
 * @param total pictures in all
 * @throws ImagoError with `strict` at the first; else where there are more than two and more than their share, with the first reasons
 */
export function checkUnreadable(
  unreadable: readonly UnreadablePicture[],
  total: number,
  { strict, maxUnreadable }: Forbearance,
): void {
  const [first] = unreadable;
  if (first === undefined) return;
  if (strict) throw new ImagoError(`Cannot read ${first.path}: ${first.reason}`);
  if (unreadable.length <= few || unreadable.length <= maxUnreadable * total) return;
  const shown = unreadable.slice(0, 3).map(({ path, reason }) => `${path}: ${reason.replace(/\.$/, "")}`);
  const more = unreadable.length - shown.length;
  throw new ImagoError(
    `imageFolder: ${counted(unreadable.length, "picture")} of ${total.toLocaleString("en-GB")} cannot be read, more than ${Number((maxUnreadable * 100).toPrecision(3))} %: ` +
      `${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`,
    { help: "If they are to be left out, let more through with maxUnreadable. No file was changed." },
  );
}
