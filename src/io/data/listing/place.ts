import { closeSync, openSync, readSync } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { fileError } from "../../../engine/files/fileError.js";
import { reading } from "../../../engine/files/readFileChecked.js";
import { formatOfBytes } from "../../images/format.js";
import { cacheMark } from "../cache/cacheMark.js";
import {
  archiveStem,
  extensionOf,
  isForeignName,
  isHiddenFile,
  isHiddenFolder,
  isPictureName,
  labelFileNames,
} from "./names.js";

/** A folder, or an archive's contents, by which name whoever. */
export interface Place {
  /** Where its files are. */
  readonly directory: string;
  /** What it is called below the root, with `/` between names; empty for the root itself. */
  readonly path: string;
}

/** The path of something in a place, below the root. */
export const below = ({ path }: Place, name: string): string => (path === "" ? name : `${path}/${name}`);

export const inside = (place: Place, name: string): Place => ({
  directory: join(place.directory, name),
  path: below(place, name),
});

/** What stands directly in a place, each in order. */
export interface Contents {
  readonly folders: readonly string[];
  readonly pictures: readonly string[];
  readonly archives: readonly string[];
  readonly labelFiles: readonly string[];
  /** Pictures of kinds that are not read. */
  readonly foreign: readonly string[];
  /** Whatever else, hidden files left out. */
  readonly others: readonly string[];
}

/**
 * Reads a place. A file without any extension is a picture if its first bytes say so.
 *
 * @throws ImagoError naming the folder where it cannot be read
 */
export async function contentsOf(place: Place): Promise<Contents> {
  const { directory } = place;
  const found = {
    ...{ folders: [] as string[], pictures: [] as string[], archives: [] as string[] },
    ...{ labelFiles: [] as string[], foreign: [] as string[], others: [] as string[] },
  };
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError("read", directory, error);
  });
  // A cache may stand among pictures, and what was unpacked there is not to be found twice.
  if (entries.some(({ name }) => name === cacheMark)) return found;
  for (const entry of entries) {
    const { name } = entry;
    const isFolder =
      entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(directory, name)));
    if (isFolder) {
      if (!isHiddenFolder(name)) found.folders.push(name);
    } else if (!isHiddenFile(name)) found[kindOf(directory, name)].push(name);
  }
  for (const names of Object.values(found)) names.sort();
  return found;
}

function kindOf(directory: string, name: string): keyof Contents {
  if (isPictureName(name)) return "pictures";
  if (archiveStem(name) !== undefined) return "archives";
  if (labelFileNames.includes(name.toLowerCase())) return "labelFiles";
  if (isForeignName(name)) return "foreign";
  return extensionOf(name) === "" && showsPicture(join(directory, name)) ? "pictures" : "others";
}

function showsPicture(path: string): boolean {
  try {
    const file = openSync(path, reading);
    try {
      const start = new Uint8Array(64);
      return formatOfBytes(start.subarray(0, readSync(file, start, 0, 64, 0))) !== undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

/** Whether a link leads to a folder, and not to one that it stands in itself, which would never end. */
async function leadsToFolder(directory: string, name: string): Promise<boolean> {
  try {
    const path = join(directory, name);
    if (!(await stat(path)).isDirectory()) return false;
    const [here, there] = await Promise.all([realpath(directory), realpath(path)]);
    return here !== there && !here.startsWith(there.endsWith(sep) ? there : `${there}${sep}`);
  } catch {
    // What it leads to is not there: a picture of that name will be told of as unreadable.
    return false;
  }
}
