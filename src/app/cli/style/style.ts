import type { Command } from "commander";
import type { StyleLosses } from "../../../labs/style/objective.js";
import type { StyleSource } from "../../../labs/style/options.js";
import { type StylePreview, style } from "../../../labs/style/style.js";
import { blaming } from "../shell/blaming.js";
import { interrupted } from "../shell/interruption.js";
import { outputOf } from "../shell/output.js";
import { QuietFailure, type Register, UsageError } from "../shell/run.js";
import { isStandard } from "../shell/standard.js";
import { formatSize, paint } from "../vision/follow.js";
import { again } from "../vision/layerFlags.js";
import { addResultFlags, checkPictures, resultName, shownPlace } from "../vision/pictures.js";
import { readMask } from "../vision/readMask.js";
import { addStyleFlags, blendOf, type StyleFlags } from "./styleFlags.js";
import { addInterpolate } from "./styleInterpolate.js";
import { openStyleJob, writeLosses } from "./styleJob.js";
import { StyleProgress } from "./styleProgress.js";
import { startImage } from "./styleStart.js";

interface SingleFlags extends StyleFlags {
  readonly blend?: string;
  readonly mask: readonly string[];
  readonly preview?: string;
  readonly losses?: string;
}

/** `imago style` and `imago style interpolate`. */
export const register: Register = (command) => {
  command
    .enablePositionalOptions()
    .argument("<content>", "image that says what is to be seen")
    .argument("<styles...>", "images that say how it is painted");
  const flagged = addStyleFlags(command)
    .option("--blend <w[,w…]>", "how much each style counts (default: all alike)")
    .option(
      "--mask <image>",
      "where the first style counts: white everywhere, black nowhere; again for the next style",
      again,
      [],
    )
    .option("--preview <file>", "picture to write again and again on the way")
    .option(
      "--losses <file>",
      "table of the losses of every iteration to write (.csv), - for standard output",
    );
  addResultFlags(flagged, "picture", "the content's name, and -style.png").action(
    (content: string, styles: readonly string[], flags: SingleFlags) => run(content, styles, flags, command),
  );
  addInterpolate(command);
};

async function run(
  content: string,
  styles: readonly string[],
  flags: SingleFlags,
  command: Command,
): Promise<void> {
  const blend = blendOf(flags.blend, styles.length);
  if (flags.mask.length > styles.length) {
    throw new UsageError(`--mask: there are ${flags.mask.length} masks for ${styles.length} styles.`);
  }
  const out = flags.out ?? resultName(content, "style");
  const output = outputOf(command, isStandard(out) || isStandard(flags.losses ?? ""));
  if (flags.preview !== undefined && isStandard(flags.preview)) {
    throw new UsageError(`--preview must be a file, received "${flags.preview}".`);
  }
  await checkPictures({
    reads: { "<content>": content, "<styles>": styles, "--mask": flags.mask, "--init": startImage(flags) },
    pictures: { "--out": out, "--preview": flags.preview },
    others: flags.losses === undefined ? [] : [{ name: "--losses", path: flags.losses }],
    flags,
  });
  const job = await openStyleJob(content, styles, flags, output);
  const sources: StyleSource[] = [];
  for (const [index, image] of job.styles.entries()) {
    const path = flags.mask[index];
    const mask = path === undefined ? undefined : await readMask(path, job.content);
    sources.push({ image, mask, weight: blend?.[index] });
  }
  const progress = new StyleProgress(output);
  const losses: StyleLosses[] = [];
  let isWhole = false;
  const begin = (signal: AbortSignal) =>
    style(job.classifier.network, job.content, sources, { ...job.options, signal });
  const painting = {
    out,
    preview: flags.preview,
    visit: (state: StylePreview) => {
      progress.show(state);
      losses.push(state.losses);
      isWhole = state.last;
    },
    close: () => progress.close(),
  };
  const { picture } = await blaming(job.blamed, () => paint(begin, painting));
  if (flags.losses !== undefined) await writeLosses(flags.losses, losses, job.options.styleLayers);
  if (!isWhole) {
    const what =
      picture === undefined
        ? " before the first iteration was done"
        : `; the picture so far is in ${shownPlace(out)}, ${formatSize(picture)}`;
    output.write(`Interrupted${what}.\n`);
    throw new QuietFailure(interrupted);
  }
  output.write(`Saved to ${shownPlace(out)}.\n`);
}
