import type { Command } from "commander";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { formatOfPath } from "../../../io/images/format.js";
import { writeImage } from "../../../io/images/writeImage.js";
import type { StyleLosses } from "../../../labs/style/objective.js";
import type { StyleSource } from "../../../labs/style/options.js";
import { style } from "../../../labs/style/style.js";
import { Interruption, interrupted } from "../shell/interruption.js";
import { outputOf } from "../shell/output.js";
import { QuietFailure, type Register, UsageError } from "../shell/run.js";
import { readMask } from "../vision/readMask.js";
import { checkWritable, resultName } from "../vision/visionFlags.js";
import { addStyleFlags, blendOf, type StyleFlags } from "./styleFlags.js";
import { addInterpolate } from "./styleInterpolate.js";
import { openStyleJob, type StyleJob, writeLosses } from "./styleJob.js";
import { StyleProgress } from "./styleProgress.js";

interface SingleFlags extends StyleFlags {
  readonly blend?: string;
  readonly mask: readonly string[];
  readonly preview?: string;
  readonly losses?: string;
}

/** Adds `imago style` and `imago style interpolate`. */
export const register: Register = (program) => {
  const command = program
    .command("style")
    .description("paint an image in the style of others (neural style transfer)")
    .enablePositionalOptions()
    .argument("<content>", "image that says what is to be seen")
    .argument("<styles...>", "images that say how it is painted");
  addStyleFlags(command)
    .option("--blend <w[,w…]>", "how much each style counts (default: all alike)")
    .option(
      "--mask <image>",
      "where the first style counts: white everywhere, black nowhere; again for the next style",
      (path: string, before: readonly string[]) => [...before, path],
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
  const { isWhole, losses, size } = await paint(job, sources, out, flags.preview, new StyleProgress(output));
  if (flags.losses !== undefined) await writeLosses(flags.losses, losses, job.options.styleLayers);
  if (!isWhole) {
    output.write(`Interrupted; the picture so far is in ${out}, ${size}.\n`);
    throw new QuietFailure(interrupted);
  }
  output.write(`Saved to ${out}.\n`);
}

/** Milliseconds between two previews on disk. */
const previewEvery = 1000;

interface Painted {
  readonly isWhole: boolean;
  readonly losses: readonly StyleLosses[];
  readonly size: string;
}

/** Writes the picture at the end, or what there is when it is interrupted. */
async function paint(
  { classifier, content, options }: StyleJob,
  sources: readonly StyleSource[],
  out: string,
  preview: string | undefined,
  progress: StyleProgress,
): Promise<Painted> {
  const interruption = new Interruption();
  const losses: StyleLosses[] = [];
  let picture: Tensor | undefined;
  let isWhole = false;
  let written = performance.now();
  try {
    for await (const state of style(classifier.network, content, sources, options)) {
      progress.show(state);
      losses.push(state.losses);
      isWhole = state.last;
      if (state.last || interruption.came) picture = state.image();
      if (interruption.came) break;
      if (preview === undefined || performance.now() - written < previewEvery) continue;
      await writeImage(preview, state.image());
      written = performance.now();
    }
  } finally {
    progress.close();
    interruption.close();
  }
  for (const file of [out, preview]) if (file !== undefined) await writeImage(file, picture as Tensor);
  const [height, width] = (picture as Tensor).shape;
  return { isWhole, losses, size: `${width} × ${height} pixels` };
}
