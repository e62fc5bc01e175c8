import type { Command } from "commander";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { StyleLosses } from "../../../labs/style/objective.js";
import type { StyleSource } from "../../../labs/style/options.js";
import { type StylePreview, style } from "../../../labs/style/style.js";
import { again } from "../shell/again.js";
import { blaming } from "../shell/blaming.js";
import { interrupted } from "../shell/interruption.js";
import { type Output, outputOf } from "../shell/output.js";
import { QuietFailure, type Register, UsageError } from "../shell/run.js";
import { isStandard } from "../shell/standard.js";
import { addEveryFlag, type NumberedPictures, numberedPictures, withNumbered } from "../vision/every.js";
import { formatSize, paint } from "../vision/follow.js";
import { addResultFlags, checkPictures, checkPreview, resultName, shownPlace } from "../vision/pictures.js";
import { readMask } from "../vision/readMask.js";
import { StyleProgress } from "../vision/styleProgress.js";
import { seenAs, whereSeen } from "../vision/transparent.js";
import { addStyleFlags, blendOf, iterationsOf, type StyleFlags } from "./styleFlags.js";
import { addInterpolate } from "./styleInterpolate.js";
import { openStyleJob, type StyleJob, writeLosses } from "./styleJob.js";
import { startImage } from "./styleStart.js";

interface SingleFlags extends StyleFlags {
  readonly blend?: string;
  readonly mask: readonly string[];
  readonly preview?: string;
  readonly every?: string;
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
  addResultFlags(addEveryFlag(flagged, "iterations"), "picture", "the content's name, and -style.png").action(
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
  checkPreview(flags.preview);
  const numbered = numberedPictures(flags, out, iterationsOf(flags));
  const losses = flags.losses === undefined ? [] : [{ name: "--losses", path: flags.losses }];
  await checkPictures({
    reads: {
      ...{ "<content>": content, "<styles>": styles },
      ...{ "--mask": flags.mask, "--init": startImage(flags) },
    },
    pictures: { "--out": out, "--preview": flags.preview },
    others: [...losses, ...((await numbered?.files([flags.preview, flags.losses])) ?? [])],
    flags,
  });
  const job = await openStyleJob(content, styles, flags, output, { alpha: "keep" });
  const sources: StyleSource[] = [];
  for (const [index, image] of job.styles.entries()) {
    const mask = await maskOf(flags.mask[index], job);
    sources.push({ image, mask, weight: blend?.[index] });
  }
  await paintOn({ ...job, sources, out, numbered, flags, output });
}

/** Where a style counts: where its mask says so, as far as something of the content is to be seen there. */
async function maskOf(path: string | undefined, { content, alpha }: StyleJob): Promise<Tensor | undefined> {
  const mask = path === undefined ? undefined : await readMask(path, content);
  const seen = whereSeen(alpha, mask);
  if (seen === mask || seen?.data.some((value) => Number(value) > 0) === true) return seen;
  throw new UsageError(`--mask: nothing of the picture is to be seen where ${path} is not black.`);
}

interface Work extends StyleJob {
  readonly sources: readonly StyleSource[];
  readonly out: string;
  readonly numbered: NumberedPictures | undefined;
  readonly flags: SingleFlags;
  readonly output: Output;
}

/** Paints, and writes what there is at the end, or when it is interrupted. */
async function paintOn({ out, numbered, flags, output, ...job }: Work): Promise<void> {
  const progress = new StyleProgress(output);
  const losses: StyleLosses[] = [];
  let isWhole = false;
  const begin = (signal: AbortSignal) =>
    style(job.classifier.network, job.content, job.sources, { ...job.options, signal });
  const painting = {
    ...{ out, preview: flags.preview, numbered },
    finish: seenAs(job.alpha),
    visit: (state: StylePreview) => {
      progress.show(state);
      losses.push(state.losses);
      isWhole = state.last;
    },
    also: async () => {
      if (flags.losses !== undefined) await writeLosses(flags.losses, losses, job.options.styleLayers);
    },
    close: () => progress.close(),
  };
  const painted = await blaming(job.blamed, () => paint(begin, painting));
  if (!isWhole) {
    const what =
      painted.picture === undefined
        ? " before the first iteration was done"
        : `; the picture so far is in ${shownPlace(out)}, ${formatSize(painted.picture)}`;
    output.write(`Interrupted${what}.\n`);
    throw new QuietFailure(interrupted);
  }
  output.write(`Saved to ${shownPlace(out)}${withNumbered(painted.numbered)}.\n`);
}
