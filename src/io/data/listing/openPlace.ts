import { firstOf } from "../../../engine/words.js";
import { archiveStem, partOfName } from "./names.js";
import { below, type Contents, contentsOf, inside, type Place } from "./place.js";

/** A place in which archives count as folders. */
export interface OpenPlace {
  readonly place: Place;
  readonly contents: Contents;
  /** Its folders and the archives that count as such, in order. */
  readonly folders: readonly { readonly name: string; readonly place: Place }[];
  /** What a user should hear. */
  readonly warnings: readonly string[];
  readonly hasArchives: boolean;
}

/** Unpacks an archive, given by its path below the root and its file. */
export type Unpack = (place: Place, archive: string) => Promise<Place>;

/**
 * Reads a place. An archive counts as a folder of its name where no pictures stand beside it, and no folders but of parts:
 * `train.tar.gz` and `val.tar`, or one for each class. Where a folder of its name is there, it has been unpacked already; of two archives
 * of one name the first is read.
 */
export async function openPlace(place: Place, unpack: Unpack): Promise<OpenPlace> {
  const contents = await contentsOf(place);
  const stems = new Map<string, string>();
  const twins: string[] = [];
  for (const archive of contents.archives) {
    const stem = archiveStem(archive) as string;
    const first = stems.get(stem);
    if (first === undefined) stems.set(stem, archive);
    else if (!contents.folders.includes(stem))
      twins.push(
        `${below(place, archive)} passed over, since ${below(place, first)} has the same name and is read.`,
      );
  }
  const left = [...stems].filter(([stem]) => !contents.folders.includes(stem));
  const areParts = [...left.map(([stem]) => stem), ...contents.folders].every((name) => partOfName(name));
  const count = contents.pictures.length === 0 && (contents.folders.length === 0 || areParts);
  const passed = count
    ? contents.archives.filter((archive) => contents.folders.includes(archiveStem(archive) as string))
    : contents.archives;
  const folders = contents.folders.map((name) => ({ name, place: inside(place, name) }));
  if (count) {
    for (const [name, archive] of left) {
      const opened = await unpack(place, archive);
      folders.push({ name, place: await withoutWrapper(opened, name) });
    }
  }
  folders.sort((a, b) => (a.name < b.name ? -1 : 1));
  const warnings = count ? twins : [];
  if (passed.length > 0) {
    warnings.push(
      `${firstOf(passed.map((name) => below(place, name)))} passed over, since what stands beside it is read.`,
    );
  }
  return { place, contents, folders, warnings, hasArchives: count && left.length > 0 };
}

/** Archives often hold one folder with everything in it. */
export async function withoutWrapper(place: Place, stem: string): Promise<Place> {
  const { folders, pictures, archives, labelFiles } = await contentsOf(place);
  const [only, second] = folders;
  if (only === undefined || second !== undefined || partOfName(only) !== undefined) return place;
  if (pictures.length + archives.length + labelFiles.length > 0) return place;
  const inner = inside(place, only);
  if (only === stem) return inner;
  const { folders: deeper, labelFiles: labels } = await contentsOf(inner);
  return deeper.length > 1 || deeper.some((name) => partOfName(name) === "train") || labels.length > 0
    ? inner
    : place;
}
