import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";
import type { Command } from "commander";
import { ImagoError } from "../../../engine/errors.js";
import { fileError } from "../../../engine/files/fileError.js";
import { number } from "../../../engine/options.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { readImage } from "../../../io/images/readImage.js";
import { type Classifier, openClassifier } from "../../../io/models/openClassifier.js";
import { imageSide } from "../../../vision/imageSide.js";
import { flagValue } from "../shell/flag.js";
import type { Output } from "../shell/output.js";
import { addPreprocessingFlags, preprocessingFrom } from "./preprocessingFlags.js";

/** The flags that every command has which looks into a classifier of images. */
export interface ModelFlags {
  readonly model?: string;
}

export function addModelFlags(command: Command): Command {
  return addPreprocessingFlags(
    command.option("--model <file|name>", "an .onnx classifier, or a name of `imago models list`"),
  );
}

/** Opens the classifier that the flags name, and says so where its preprocessing is only assumed. */
export async function classifierOf(flags: ModelFlags, output: Output): Promise<Classifier> {
  const classifier = await openClassifier(flags.model, { preprocessing: preprocessingFrom(flags) });
  if (classifier.assumed) {
    output.write(`Nothing says how ${classifier.name} wants its images: assuming --preset torchvision.\n`);
  }
  return classifier;
}

/** Longer side to which images are made smaller where nothing is said. */
const defaultSide = 1024;

/**
 * Reads an image at the size that `--size` says: so many pixels for the longer side, `full` for all it has; without
 * it, larger images are made smaller.
 */
export async function readSized(path: string, size: string | undefined): Promise<Tensor<"float32">> {
  if (size === "full") return await readImage(path);
  if (size !== undefined) {
    return await readImage(path, { longerSide: flagValue("--size", size, number(imageSide)) });
  }
  const image = await readImage(path);
  if (Math.max(image.sizeAt(0), image.sizeAt(1)) <= defaultSide) return image;
  return await readImage(path, { longerSide: defaultSide });
}

/** The name of a result beside others in the current folder: `cat.jpg` gives `cat-dream.png`. */
export function resultName(image: string, what: string, extension = "png"): string {
  return `${basename(image, extname(image))}-${what}.${extension}`;
}

/**
 * Refuses, before any work is done, a file that could not be written after it.
 *
 * @throws ImagoError naming the folder that is missing or not permitted
 */
export async function checkWritable(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await access(folder, constants.W_OK);
    if (!(await stat(folder)).isDirectory())
      throw new ImagoError(`Cannot write ${path}: ${folder} is not a folder.`);
  } catch (error) {
    throw error instanceof ImagoError ? error : fileError("write", path, error);
  }
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === true) throw new ImagoError(`Cannot write ${path}: it is a folder.`);
}
