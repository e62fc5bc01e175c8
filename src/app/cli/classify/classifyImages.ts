import type { Command } from "commander";
import { ImagoError, messageOf } from "../../../engine/errors.js";
import { number } from "../../../engine/options.js";
import { preparePicture } from "../../../io/images/preparePicture.js";
import type { Classifier, ClassShare } from "../../../labs/classify/classifier.js";
import { FieldFlags } from "../shell/flag.js";
import { type Output, outputOf, printable } from "../shell/output.js";
import { QuietFailure, UsageError } from "../shell/run.js";
import { openPictureClassifier } from "../vision/pictureClassifier.js";
import { percent } from "../vision/pictureReport.js";
import { sourceOf } from "../vision/pictures.js";
import { addPreprocessingFlags } from "../vision/preprocessingFlags.js";

const topFlags = new FieldFlags({
  top: number({
    default: 5,
    min: 1,
    max: 1000,
    integer: true,
    help: "classes for each picture, the likeliest first",
  }),
});

interface ImageFlags {
  readonly model?: string;
  readonly json?: true;
}

/** Adds what `imago classify` does by itself: say what is on pictures. */
export function addImages(classify: Command): void {
  classify
    .argument("[images...]", "pictures; - for standard input")
    .option(
      "--model <dir|file|name>",
      "a folder of `imago classify train`, an .onnx file, or a name of `imago models list` (default: the first that is here)",
    );
  topFlags.addTo(classify).option("--json", "a line of JSON for each picture");
  addPreprocessingFlags(classify).action((images: string[], flags: ImageFlags) =>
    run(images, flags, classify),
  );
}

async function run(images: readonly string[], flags: ImageFlags, command: Command): Promise<void> {
  if (images.length === 0) {
    throw new UsageError(
      "Name pictures, or a command: train, evaluate or export. See imago classify --help.",
    );
  }
  const { top } = topFlags.read(flags);
  const output = outputOf(command);
  const isJson = flags.json === true;
  const { classifier, notice } = await openPictureClassifier(flags.model, "--model", flags);
  try {
    if (notice !== undefined && !isJson) output.write(`${notice}\n`);
    let failed = 0;
    for (const image of images) {
      // One picture that cannot be read must not cost the others their answers.
      if (!(await tell(image, classifier, top, isJson, output, images.length > 1))) failed++;
    }
    if (failed > 0) throw new QuietFailure(`${failed} pictures could not be read`);
  } finally {
    await classifier.dispose();
  }
}

/** @returns whether it could be read */
async function tell(
  image: string,
  classifier: Classifier,
  top: number,
  isJson: boolean,
  output: Output,
  isOneOfMany: boolean,
): Promise<boolean> {
  const { size, fit, background } = classifier.record;
  let shares: readonly ClassShare[];
  try {
    const picture = await preparePicture(await sourceOf(image), { size, fit, background });
    [shares = []] = await classifier.top(picture, { count: top });
  } catch (error) {
    if (!(error instanceof ImagoError) || !isOneOfMany) throw error;
    output.write(
      isJson
        ? `${JSON.stringify({ image, error: messageOf(error) })}\n`
        : `${printable(image)}\n  ${printable(messageOf(error))}\n`,
    );
    return false;
  }
  output.write(isJson ? jsonOf(image, shares) : textOf(image, shares));
  return true;
}

function jsonOf(image: string, shares: readonly ClassShare[]): string {
  const classes = shares.map(({ name, label, probability }) => ({ name, label, probability }));
  return `${JSON.stringify({ image, classes })}\n`;
}

function textOf(image: string, shares: readonly ClassShare[]): string {
  const width = Math.max(...shares.map(({ name }) => printable(name).length));
  const rows = shares.map(
    ({ name, probability }) => `  ${printable(name).padEnd(width)}  ${percent(probability).padStart(7)}\n`,
  );
  return `${printable(image)}\n${rows.join("")}`;
}
