import { counted, firstOf } from "../../../engine/words.js";
import { composed, type Entry } from "./listing.js";
import type { PartName } from "./names.js";
import type { OpenPlace } from "./openPlace.js";
import { newWalk, type Walk, walkPictures } from "./walk.js";

/** What a folder of class folders holds. */
export interface ClassFolders {
  readonly entries: readonly Entry[];
  /** Folders without a picture. */
  readonly empty: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * The pictures of each folder in a place, whose name is their class; folders below it belong to it.
 *
 * @param walk whose list of files of other kinds is added to
 * @param part what the place stands for
 */
export async function classFolders(walk: Walk, opened: OpenPlace, part?: PartName): Promise<ClassFolders> {
  const entries: Entry[] = [];
  const empty: string[] = [];
  for (const { name, place } of opened.folders) {
    const own = newWalk(walk.signal);
    await walkPictures(own, place);
    const className = composed(name);
    for (const { path, file, between } of own.pictures)
      entries.push({ path, file, between, className, part });
    walk.foreign.push(...own.foreign);
    if (own.pictures.length === 0) empty.push(className);
  }
  const { pictures } = opened.contents;
  const warnings = pictures.length > 0 && entries.length > 0 ? [strays(opened.place.path, pictures)] : [];
  return { entries, empty, warnings };
}

function strays(path: string, pictures: readonly string[]): string {
  const [stand, belong] = pictures.length === 1 ? ["stands", "belongs"] : ["stand", "belong"];
  const where = path === "" ? "" : ` of ${path}`;
  return `${counted(pictures.length, "picture")} ${stand} beside the class folders${where} and ${belong} to none (${firstOf(pictures, 3)}).`;
}
