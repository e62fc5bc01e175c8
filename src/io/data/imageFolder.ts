import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { anyText } from "../../engine/arguments.js";
import { ImagoError } from "../../engine/errors.js";
import { fileError } from "../../engine/files/fileError.js";
import { codeOf } from "../../engine/files/layer.js";
import { refusal } from "../../engine/options.js";
import { firstOf } from "../../engine/words.js";
import { Archives } from "./archives/archives.js";
import { checkCacheFolder } from "./cache/cacheFolder.js";
import { ImageFolder } from "./folder.js";
import { type FolderSettings, type ImageFolderOptions, readFolderOptions } from "./folderOptions.js";
import { readLabels } from "./labels/readLabels.js";
import { readLayout } from "./listing/layout.js";
import type { Listing } from "./listing/listing.js";
import { archiveStem, type PartName } from "./listing/names.js";
import { withoutWrapper } from "./listing/openPlace.js";
import type { Place } from "./listing/place.js";
import type { PictureItem } from "./picturePart.js";
import { ReportBook } from "./report.js";
import { Session } from "./session.js";
import { type Classes, classesOf } from "./split/classes.js";
import { type Division, divide } from "./split/divide.js";

/**
 * Lists the pictures of a folder, an archive or a label file, in classes and parts. Nothing is decoded yet, but archives are unpacked.
 *
 * @param path a folder of class folders; the same below `train`, `val` and `test`; a `.tar`, `.tar.gz` or `.tgz` of either, or a folder
 *   of such; a flat folder with a label file
 * @throws ImagoError on unknown options and values outside their range; where no picture is found, saying what is there instead; where
 *   `val` or `test` has a class that `train` has not; where a label file cannot be understood; the signal's reason
 */
export async function imageFolder(path: string, options?: ImageFolderOptions): Promise<ImageFolder> {
  anyText.read("imageFolder", "path", path);
  if (path === "") throw refusal("imageFolder", "path", "the path of a folder or an archive", path);
  const settings = readFolderOptions(options);
  settings.signal?.throwIfAborted();
  if (settings.cache !== undefined) await checkCacheFolder(settings.cache, path);
  const archives = new Archives(settings.cache, settings.signal);
  try {
    const listing = await list(path, settings, archives);
    const warnings = [...archives.warnings, ...listing.warnings];
    return assemble(path, { ...listing, warnings }, settings, archives);
  } catch (error) {
    await archives.release();
    throw error instanceof ImagoError ? withWarnings(error, archives.warnings) : error;
  }
}

/** What was left of an archive may be why nothing was found. */
function withWarnings(error: ImagoError, warnings: readonly string[]): ImagoError {
  return warnings.length === 0
    ? error
    : new ImagoError(`${error.message} ${warnings.join(" ")}`, { cause: error });
}

/** Without separators at its end. */
const trimmed = (path: string): string => path.replace(/(?<=[^/\\])[/\\]+$/, "");

async function list(path: string, settings: FolderSettings, archives: Archives): Promise<Listing> {
  const name = trimmed(path);
  const { signal, strict, labels } = settings;
  const info = await stat(path).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT")
      throw new ImagoError(`imageFolder: there is no folder or archive ${path}.`);
    throw fileError("read", path, error);
  });
  const request = {
    ...{ name, signal, labels },
    readLabels: (
      place: Place,
      file: string,
      walk: Parameters<typeof readLabels>[1]["walk"],
      part?: PartName,
    ) => readLabels(file, { name, place, walk, part, strict }),
    unpack: (place: Place, archive: string) => archives.open(place, archive, name),
  };
  if (info.isDirectory()) return readLayout(request, { directory: path, path: "" });
  const stem = archiveStem(basename(path));
  if (stem === undefined) {
    throw new ImagoError(`imageFolder: ${path} is neither a folder nor a .tar, .tar.gz or .tgz archive.`, {
      help: "Give the folder that holds the class folders, or one with a label file.",
    });
  }
  const root = await withoutWrapper(await archives.openFile(path, name), stem);
  return { ...(await readLayout(request, root)), kind: "archive" };
}

function assemble(path: string, listed: Listing, settings: FolderSettings, archives: Archives): ImageFolder {
  const classes = classesOf(listed, settings.classes);
  const numbers = new Map(classes.names.map((name, index) => [name, index]));
  const { entries } = classes.listing;
  const labels = entries.map(({ className }) => numbers.get(className) as number);
  const division = divide(classes.listing, labels, settings);
  const root = trimmed(path);
  const parts: Record<PartName, PictureItem[]> = { train: [], validation: [], test: [] };
  entries.forEach((entry, index) => {
    const group = division.groups?.[index];
    const shown = `${root}/${entry.path}`;
    // The same text where it is the same, of which there may be a million.
    const file = entry.file === shown ? shown : entry.file;
    const item = { path: shown, file, label: labels[index] as number };
    parts[division.parts[index] as PartName].push(group === undefined ? item : { ...item, group });
  });
  const report = reportOf(classes, division, parts);
  const session = new Session(settings, report, entries.length);
  return new ImageFolder({ path, classes: classes.names, parts, session, release: () => archives.release() });
}

function reportOf(
  { names, listing, warnings }: Classes,
  division: Division,
  parts: Readonly<Record<PartName, readonly PictureItem[]>>,
): ReportBook {
  const filled = new Set(listing.entries.map(({ className }) => className));
  const emptyClasses = [...new Set([...listing.emptyClasses, ...names.filter((name) => !filled.has(name))])];
  const all = [...listing.warnings, ...warnings, ...division.warnings, ...lacking(names, parts)];
  if (emptyClasses.length > 0) {
    const one = emptyClasses.length === 1;
    all.push(
      `${one ? "The class" : "The classes"} ${firstOf(emptyClasses)} ${one ? "has" : "have"} no picture.`,
    );
  }
  const { kind, skippedRows } = listing;
  return new ReportBook({ kind, splitBy: division.by, emptyClasses, warnings: all, skippedRows });
}

/** Classes that are not in every part. */
function lacking(
  names: readonly string[],
  parts: Readonly<Record<PartName, readonly PictureItem[]>>,
): string[] {
  const present = Object.values(parts).map((items) => new Set(items.map(({ label }) => label)));
  const [train, ...others] = present as [Set<number>, Set<number>, Set<number>];
  return (["validation", "test"] as const).flatMap((part, index) => {
    const there = others[index] as Set<number>;
    if (there.size === 0) return [];
    const missing = names.filter((_, label) => train.has(label) && !there.has(label));
    if (missing.length === 0) return [];
    return [
      `${part} has no picture of ${firstOf(missing)}: nothing is measured on ${missing.length === 1 ? "it" : "them"} there.`,
    ];
  });
}
