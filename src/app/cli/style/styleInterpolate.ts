import type { Command } from "commander";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { formatOfPath } from "../../../io/images/format.js";
import { writeImage } from "../../../io/images/writeImage.js";
import { interpolateStyles, strip } from "../../../labs/style/interpolate.js";
import { Interruption, interrupted } from "../shell/interruption.js";
import { numberOf } from "../shell/numbers.js";
import { outputOf } from "../shell/output.js";
import { QuietFailure } from "../shell/run.js";
import { checkWritable, resultName } from "../vision/visionFlags.js";
import { addStyleFlags, type StyleFlags } from "./styleFlags.js";
import { openStyleJob, type StyleJob } from "./styleJob.js";
import { StyleProgress } from "./styleProgress.js";

interface InterpolateFlags extends StyleFlags {
  readonly pictures: string;
}

/** Adds `imago style interpolate`. */
export function addInterpolate(style: Command): void {
  const command = style
    .command("interpolate")
    .description("paint an image several times, from one style to another, as a strip")
    .argument("<content>", "image that says what is to be seen")
    .argument("<first>", "style of the first picture")
    .argument("<second>", "style of the last picture");
  addStyleFlags(command)
    .option("--pictures <n>", "pictures in the strip", "5")
    .option("--out <file>", "strip to write (default: the content's name, and -styles.png)")
    .action((content: string, first: string, second: string, flags: InterpolateFlags) =>
      run(content, [first, second], flags, command),
    );
}

async function run(
  content: string,
  styles: readonly [string, string],
  flags: InterpolateFlags,
  command: Command,
): Promise<void> {
  const output = outputOf(command);
  const count = numberOf("--pictures", flags.pictures, { whole: true, least: 2, most: 100 });
  const out = flags.out ?? resultName(content, "styles");
  formatOfPath(out);
  await checkWritable(out);
  const job = await openStyleJob(content, styles, flags, output);
  const pictures = await paintAll(job, count, new StyleProgress(output));
  if (pictures.length > 0) await writeImage(out, strip(pictures, gap));
  if (pictures.length === count) {
    output.write(`Saved to ${out}.\n`);
    return;
  }
  const what =
    pictures.length === 0 ? "no picture was finished" : `${pictures.length} pictures are in ${out}`;
  output.write(`Interrupted; ${what}.\n`);
  throw new QuietFailure(interrupted);
}

/** White pixels between two pictures. */
const gap = 4;

/** The finished pictures: all, unless it is interrupted. */
async function paintAll(
  { classifier, content, styles, options }: StyleJob,
  count: number,
  progress: StyleProgress,
): Promise<Tensor<"float32">[]> {
  const interruption = new Interruption();
  const pictures: Tensor<"float32">[] = [];
  const pair = styles as readonly [Tensor, Tensor];
  try {
    for await (const state of interpolateStyles(classifier.network, content, pair, count, options)) {
      progress.show(state);
      if (state.last) pictures.push(state.image());
      if (interruption.came) break;
    }
  } finally {
    progress.close();
    interruption.close();
  }
  return pictures;
}
