import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ImageFolder, imageFolder } from "../../src/data.js";
import { ImagoError } from "../../src/index.js";

/** The side of its pictures. */
export const side = 64;

/** Share of the training pictures that settings are chosen on. */
const heldOut = 0.05;

/** Tiny ImageNet as it is unpacked, or the folder above it. */
export function folderOf(folder: string): string {
  const found = [folder, join(folder, "tiny-imagenet-200")].find((path) =>
    existsSync(join(path, "wnids.txt")),
  );
  if (found !== undefined) return found;
  throw new ImagoError(`${folder} does not hold Tiny ImageNet: there is no wnids.txt.`, {
    help: "Name the folder tiny-imagenet-200, which holds train, val, wnids.txt and words.txt.",
  });
}

/** WordNet's numbers of its classes, in the order of the network's outputs: that of the folders' names. */
export async function classesOf(folder: string): Promise<string[]> {
  return (await readFile(join(folder, "wnids.txt"), "utf8")).trim().split(/\s+/).sort();
}

/**
 * The training pictures, of which a twentieth is the part `validation`.
 *
 * @param folder Tiny ImageNet's
 * @param cache a folder for decoded pictures, some 1.3 GB
 */
export function trainingPictures(folder: string, cache: string, seed: number): Promise<ImageFolder> {
  const split = { validation: heldOut };
  return imageFolder(join(folder, "train"), { size: side, split, cache, seed });
}

/**
 * The validation pictures, which are looked at once, at the end.
 *
 * @param folder Tiny ImageNet's
 * @param work a folder for the list of their classes
 */
export async function validationPictures(
  folder: string,
  work: string,
  classes: readonly string[],
): Promise<ImageFolder> {
  const rows = (await readFile(join(folder, "val", "val_annotations.txt"), "utf8")).trim().split("\n");
  const labels = rows.map((row) => row.split("\t").slice(0, 2).join(","));
  await mkdir(work, { recursive: true });
  const path = join(work, "val.csv");
  await writeFile(path, `file,label\n${labels.join("\n")}\n`);
  // All of them are in one part, whichever.
  const split = { validation: 0 };
  return imageFolder(join(folder, "val", "images"), { size: side, labels: path, classes, split });
}
