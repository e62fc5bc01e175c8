import { type FileHandle, lstat, open, readlink, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileError } from "./fileError.js";
import { sweepTemporaries, temporaryBeside } from "./temporary.js";

export type Written = Uint8Array | string | AsyncIterable<string>;

/**
 * Writes a whole file, or leaves what was there: a reader never sees half of it, nor does the disk after a
 * power cut. The bytes go to a temporary file beside it, which then takes its name; what killed processes left of such is removed.
 *
 * What stands there and is no file (a pipe, a device) is written to as it stands: nothing takes its name.
 *
 * @param path Where to write. Its folder must exist; a file there is replaced, and where a symbolic link stands, what it leads to.
 * @param data Bytes, or text to be written as UTF-8; or pieces of it, which are asked for as they are written.
 * @throws {ImagoError} Naming the path and whether permission, space or the folder was missing. The temporary
 *   file is removed.
 */
export async function atomicWrite(path: string, data: Written): Promise<void> {
  const place = await placeBehind(path);
  if (await isSpecial(place)) {
    await writeFile(place, data).catch((error: unknown) => {
      throw fileError("write", path, error);
    });
    return;
  }
  await replaceFile(path, place, data);
}

const isWhole = (data: Written): data is Uint8Array | string =>
  typeof data === "string" || data instanceof Uint8Array;

/** Where the symbolic links of a path lead, whether something is there or not. */
async function placeBehind(path: string): Promise<string> {
  let place = path;
  // As many as systems follow.
  for (let links = 0; links < 40; links++) {
    const isLink = await lstat(place).then(
      (found) => found.isSymbolicLink(),
      () => false,
    );
    if (!isLink) return place;
    place = resolve(dirname(place), await readlink(place));
  }
  return path;
}

/** Whether something is there that is neither a file nor a folder. */
async function isSpecial(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => !found.isFile() && !found.isDirectory(),
    () => false,
  );
}

/** @param path as errors name it, of which `place` is where it leads */
async function replaceFile(path: string, place: string, data: Written): Promise<void> {
  const folder = dirname(place);
  const temporary = temporaryBeside(place);
  await sweepTemporaries(place);
  let created = false;
  try {
    // "wx": never into something that is already there.
    const file = await open(temporary, "wx");
    created = true;
    try {
      if (isWhole(data)) await file.writeFile(data);
      else for await (const piece of data) await file.writeFile(piece);
      // Else the new name can reach the disk before the contents do.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, place);
    created = false;
  } catch (error) {
    if (created) await rm(temporary, { force: true }).catch(() => {});
    throw fileError("write", path, error);
  }
  await syncFolder(folder);
}

/**
 * Makes the rename itself durable. The file is whole either way, so where a system cannot do this to a folder,
 * such as Windows or some network drives, nothing is lost but the guarantee.
 */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, "r");
    await handle.sync();
  } catch {
    // See above.
  } finally {
    await handle?.close();
  }
}
