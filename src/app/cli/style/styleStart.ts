import { existsSync } from "node:fs";
import type { Command } from "commander";
import { nearest } from "../../../engine/errors.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { styleFields } from "../../../labs/style/options.js";
import { type StyleInit, styleInits } from "../../../labs/style/start.js";
import { splitAlpha } from "../../../vision/transparency.js";
import { UsageError } from "../shell/run.js";
import { readFitting } from "../vision/readFitting.js";

/** The flag that says what to start from, as commander gives it. */
export interface StartFlags {
  readonly init?: string;
}

/** Adds `--init`. A word means what it says, whatever files are called so. */
export function addStartFlag(command: Command): Command {
  const standing = String(styleFields.init.fallback);
  return command
    .option("--init <what|image>", `start from ${styleInits.join(", ")} or an image (default: ${standing})`)
    .hook("preAction", (_, acting) => {
      checkWord(acting.opts<StartFlags>().init);
    });
}

const isWord = (text: string): text is StyleInit => styleInits.some((word) => word === text);

/** The image to start from, where it is one. */
export function startImage({ init }: StartFlags): string | undefined {
  return init === undefined || isWord(init) ? undefined : init;
}

/** Refuses what looks like a word and is none, and no file either: a path would be blamed for a slip of the fingers. */
function checkWord(text: string | undefined): void {
  if (text === undefined || isWord(text) || !/^\w+$/.test(text) || existsSync(text)) return;
  const meant = nearest(text, styleInits);
  const help = meant === undefined ? {} : { help: `Did you mean ${meant}?` };
  throw new UsageError(
    `--init must be ${styleInits.join(", ")} or an image, and there is no file "${text}".`,
    help,
  );
}

/**
 * What to start from.
 *
 * @param content the picture, at the result's size
 * @param isSplit whether the content's opacity was taken off: that of the start is then, too, and not laid on white
 * @throws UsageError when the image has other proportions
 */
export async function readStart(
  { init }: StartFlags,
  content: Tensor,
  isSplit: boolean,
): Promise<StyleInit | Tensor | undefined> {
  if (init === undefined || isWord(init)) return init;
  const alpha = isSplit ? "keep" : "over";
  return splitAlpha(await readFitting("--init", init, content, { alpha })).image;
}
