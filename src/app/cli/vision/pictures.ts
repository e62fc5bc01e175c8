import { basename, extname } from "node:path";
import type { Command } from "commander";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { formatOfPath } from "../../../io/images/format.js";
import { preprocessingPath } from "../../../io/images/readPreprocessing.js";
import { encodeImage, writeImage } from "../../../io/images/writeImage.js";
import { modelFile } from "../../../io/models/modelFile.js";
import { checkFiles, forceHelp, type NamedFile, namedFiles } from "../shell/files.js";
import { UsageError } from "../shell/run.js";
import { isStandard, readStandardInput, writeStandardOutput } from "../shell/standard.js";
import type { ModelFlags } from "./visionFlags.js";

/** What standard output gets. */
const standardFormat = "png";

/** What an image is read from: its path, or what comes on standard input. */
export async function sourceOf(path: string): Promise<string | Uint8Array> {
  return isStandard(path) ? await readStandardInput() : path;
}

/** Writes a picture to a file, or as PNG to standard output. */
export async function writePicture(path: string, image: Tensor): Promise<void> {
  if (isStandard(path)) await writeStandardOutput(await encodeImage(image, standardFormat));
  else await writeImage(path, image);
}

/**
 * Where a result goes if nothing is said: beside others in the current folder, `cat-dream.png` for `cat.jpg`; what came by
 * standard input leaves by standard output.
 */
export function resultName(image: string, what: string, extension = "png"): string {
  return isStandard(image) ? "-" : `${basename(image, extname(image))}-${what}.${extension}`;
}

/** The place of a result, as messages name it. */
export const shownPlace = (path: string): string => (isStandard(path) ? "standard output" : path);

/** The flags of commands that write a picture. */
export interface ResultFlags {
  readonly out?: string;
  readonly force?: true;
}

/** Adds `--out` and `--force`. @param standing what is written where nothing is said */
export function addResultFlags(command: Command, what: string, standing: string): Command {
  return command
    .option("--out <file>", `${what} to write, - for standard output (default: ${standing})`)
    .option("--force", forceHelp);
}

/** What a picture is made of, and what is written of it. */
export interface PictureFiles {
  /** By the arguments and flags that name them. */
  readonly reads: Parameters<typeof namedFiles>[0];
  /** Pictures; a format must fit the name. */
  readonly pictures: Parameters<typeof namedFiles>[0];
  /** Other things, such as tables and animations. Default: none. */
  readonly others?: readonly NamedFile[] | undefined;
  readonly flags: ModelFlags & ResultFlags;
}

/**
 * Refuses what could not be written, or would be written over what is read; see {@link checkFiles}.
 *
 * @throws ImagoError on a name that stands for no format of images, too
 */
export async function checkPictures({ reads, pictures, others = [], flags }: PictureFiles): Promise<void> {
  const named = namedFiles(pictures).map((file) => ({ ...file, isBinary: true }));
  for (const { path } of named) if (!isStandard(path)) formatOfPath(path);
  const all = [...namedFiles(reads), ...(await modelFiles(flags.model))];
  await checkFiles({ reads: all, writes: [...named, ...others], force: flags.force });
}

/** @throws UsageError when the picture on the way would go to standard output, again and again */
export function checkPreview(preview: string | undefined): void {
  if (preview === undefined || !isStandard(preview)) return;
  throw new UsageError(`--preview must be a file, received "${preview}".`);
}

/** The files of a model, as far as they are there. */
async function modelFiles(model: string | undefined): Promise<NamedFile[]> {
  if (model === undefined) return [];
  if (isStandard(model)) {
    throw new UsageError(
      `--model must be a file or a name, received "${model}": a model has files beside it.`,
    );
  }
  // What is not there is said by what opens it.
  const path = await modelFile(model).catch(() => model);
  return namedFiles({ "--model": [path, preprocessingPath(path)] });
}
