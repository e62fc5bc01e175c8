import type { Command } from "commander";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import {
  type InterpolationPreview,
  interpolateStyles,
  interpolationPictures,
  strip,
} from "../../../labs/style/interpolate.js";
import { blaming } from "../shell/blaming.js";
import { FieldFlags } from "../shell/flag.js";
import { interrupted } from "../shell/interruption.js";
import { outputOf } from "../shell/output.js";
import { QuietFailure } from "../shell/run.js";
import { isStandard } from "../shell/standard.js";
import { follow } from "../vision/follow.js";
import { addResultFlags, checkPictures, resultName, shownPlace, writePicture } from "../vision/pictures.js";
import { StyleProgress } from "../vision/styleProgress.js";
import { addStyleFlags, type StyleFlags } from "./styleFlags.js";
import { openStyleJob } from "./styleJob.js";
import { startImage } from "./styleStart.js";

const ownFlags = new FieldFlags({ pictures: interpolationPictures }, { pictures: { default: 5 } });

/** Adds `imago style interpolate`. */
export function addInterpolate(style: Command): void {
  const command = style
    .command("interpolate")
    .description("paint an image several times, from one style to another, as a strip")
    .argument("<content>", "image that says what is to be seen")
    .argument("<first>", "style of the first picture")
    .argument("<second>", "style of the last picture");
  const flagged = ownFlags.addTo(addStyleFlags(command));
  addResultFlags(flagged, "strip", "the content's name, and -styles.png").action(
    (content: string, first: string, second: string, flags: StyleFlags) =>
      run(content, [first, second], flags, command),
  );
}

async function run(
  content: string,
  styles: readonly [string, string],
  flags: StyleFlags,
  command: Command,
): Promise<void> {
  const { pictures: count } = ownFlags.read(flags);
  const out = flags.out ?? resultName(content, "styles");
  const output = outputOf(command, isStandard(out));
  const [first, second] = styles;
  const reads = { "<content>": content, "<first>": first, "<second>": second, "--init": startImage(flags) };
  await checkPictures({ reads, pictures: { "--out": out }, flags });
  const job = await openStyleJob(content, styles, flags, output);
  const progress = new StyleProgress(output);
  const pictures: Tensor<"float32">[] = [];
  const pair = job.styles as readonly [Tensor, Tensor];
  const begin = (signal: AbortSignal) =>
    interpolateStyles(job.classifier.network, job.content, pair, count, { ...job.options, signal });
  const following = {
    visit: (state: InterpolationPreview) => {
      progress.show(state);
      if (state.last) pictures.push(state.image());
    },
    close: () => progress.close(),
  };
  await blaming(job.blamed, () => follow(begin, following));
  if (pictures.length > 0) await writePicture(out, strip(pictures, gap));
  if (pictures.length === count) {
    output.write(`Saved to ${shownPlace(out)}.\n`);
    return;
  }
  const what =
    pictures.length === 0
      ? "no picture was finished"
      : `${pictures.length} pictures are in ${shownPlace(out)}`;
  output.write(`Interrupted; ${what}.\n`);
  throw new QuietFailure(interrupted);
}

/** White pixels between two pictures. */
const gap = 4;
