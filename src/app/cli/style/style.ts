import type { Command } from "commander";
import { formatOfPath } from "../../../io/images/format.js";
import type { StyleLosses } from "../../../labs/style/objective.js";
import type { StyleSource } from "../../../labs/style/options.js";
import { style } from "../../../labs/style/style.js";
import { interrupted } from "../shell/interruption.js";
import { outputOf } from "../shell/output.js";
import { QuietFailure, type Register, UsageError } from "../shell/run.js";
import { formatSize, paint } from "../vision/follow.js";
import { again } from "../vision/layerFlags.js";
import { readMask } from "../vision/readMask.js";
import { checkWritable, resultName } from "../vision/visionFlags.js";
import { addStyleFlags, blendOf, type StyleFlags } from "./styleFlags.js";
import { addInterpolate } from "./styleInterpolate.js";
import { openStyleJob, writeLosses } from "./styleJob.js";
import { StyleProgress } from "./styleProgress.js";

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
  addStyleFlags(command)
    .option("--blend <w[,w…]>", "how much each style counts (default: all alike)")
    .option(
      "--mask <image>",
      "where the first style counts: white everywhere, black nowhere; again for the next style",
      again,
      [],
    )
    .option("--out <file>", "picture to write (default: the content's name, and -style.png)")
    .option("--preview <file>", "picture to write again and again on the way")
    .option("--losses <file>", "table of the losses of every iteration to write (.csv)")
    .action((content: string, styles: readonly string[], flags: SingleFlags) =>
      run(content, styles, flags, command),
    );
  addInterpolate(command);
};

async function run(
  content: string,
  styles: readonly string[],
  flags: SingleFlags,
  command: Command,
): Promise<void> {
  const output = outputOf(command);
  const blend = blendOf(flags.blend, styles.length);
  if (flags.mask.length > styles.length) {
    throw new UsageError(`--mask: there are ${flags.mask.length} masks for ${styles.length} styles.`);
  }
  const out = flags.out ?? resultName(content, "style");
  for (const file of [out, flags.preview]) if (file !== undefined) formatOfPath(file);
  for (const file of [out, flags.preview, flags.losses]) if (file !== undefined) await checkWritable(file);
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
  const { picture } = await paint(style(job.classifier.network, job.content, sources, job.options), {
    out,
    preview: flags.preview,
    visit: (state) => {
      progress.show(state);
      losses.push(state.losses);
      isWhole = state.last;
    },
    close: () => progress.close(),
  });
  if (flags.losses !== undefined) await writeLosses(flags.losses, losses, job.options.styleLayers);
  if (!isWhole) {
    output.write(`Interrupted; the picture so far is in ${out}, ${formatSize(picture)}.\n`);
    throw new QuietFailure(interrupted);
  }
  output.write(`Saved to ${out}.\n`);
}
