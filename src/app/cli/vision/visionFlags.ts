import type { Command } from "commander";
import { number } from "../../../engine/options.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { type ReadImageOptions, readImage } from "../../../io/images/readImage.js";
import { type Classifier, openClassifier } from "../../../io/models/openClassifier.js";
import { packedModels } from "../../../io/models/packed.js";
import { imageSide } from "../../../vision/imageSide.js";
import { blaming } from "../shell/blaming.js";
import { flagValue } from "../shell/flag.js";
import type { Output } from "../shell/output.js";
import { programName } from "../shell/programName.js";
import { sourceOf } from "./pictures.js";
import { addPreprocessingFlags, preprocessingFrom } from "./preprocessingFlags.js";

/** The flags that every command has which looks into a classifier of images. */
export interface ModelFlags {
  readonly model?: string;
}

export function addModelFlags(command: Command): Command {
  return addPreprocessingFlags(
    command.option(
      "--model <file|name>",
      "an .onnx classifier, a folder of `imago classify train`, or a name of `imago models list`",
    ),
  );
}

/** Opens the classifier that the flags name, and says so where its preprocessing is only assumed. */
export async function classifierOf(flags: ModelFlags, output: Output): Promise<Classifier> {
  const options = { preprocessing: preprocessingFrom(flags) };
  const classifier = await blaming(flags.model === undefined ? undefined : "--model", () =>
    openClassifier(flags.model, options),
  );
  if (flags.model === undefined) output.write(standingNotice(classifier));
  if (classifier.assumed) {
    output.write(`Nothing says how ${classifier.name} wants its images: assuming --preset torchvision.\n`);
  }
  return classifier;
}

/** Which network was taken where none is named, and how to get a larger one than the one that comes with Imago. */
export function standingNotice({ name }: Pick<Classifier, "name">): string {
  return packedModels.some((model) => model.name === name)
    ? `No network is named: taking ${name}, which comes with Imago. A larger one: ${programName()} models pull squeezenet-1.0\n`
    : `No network is named: taking ${name}, which was pulled.\n`;
}

/** Longer side to which images are made smaller where nothing is said. */
const defaultSide = 1024;

/** How commands differ in reading images. */
export interface Sizing extends Pick<ReadImageOptions, "alpha"> {
  /** Longer side to which larger images are made smaller where nothing is said. Default: 1024. */
  readonly side?: number | undefined;
}

/**
 * Reads an image at the size that `--size` says: so many pixels for the longer side, `full` for all it has; without
 * it, larger images are made smaller.
 */
export async function readSized(
  path: string,
  size: string | undefined,
  { alpha, side = defaultSide }: Sizing = {},
): Promise<Tensor<"float32">> {
  const longerSide = size === undefined || size === "full" ? undefined : sideOf(size);
  const source = await sourceOf(path);
  if (longerSide !== undefined) return await readImage(source, { alpha, longerSide });
  const image = await readImage(source, { alpha });
  if (size === "full" || Math.max(image.sizeAt(0), image.sizeAt(1)) <= side) return image;
  return await readImage(source, { alpha, longerSide: side });
}

/** Such a size, in pixels. @throws UsageError naming `--size` */
const sideOf = (size: string): number => flagValue("--size", size, number(imageSide));

/** The flag of {@link readSized}. @param whose whose longer side it is @param more what is said of the default besides */
export const sizeFlag = (whose: string, more = ""): [name: string, help: string] => [
  "--size <px>",
  `longer side of the ${whose}, ${imageSide.min} to ${imageSide.max}, or full (default: the image's, at most ${defaultSide}${more})`,
];
