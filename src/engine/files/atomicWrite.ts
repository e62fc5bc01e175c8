import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { fileError } from "./fileError.js";
import { sweepTemporaries, temporaryBeside } from "./temporary.js";

/**
 * Writes a whole file, or leaves what was there: a reader never sees half of it, nor does the disk after a
 * power cut. The bytes go to a temporary file beside it, which then takes its name; what killed processes left of such is removed.
 *
 * @param path Where to write. Its folder must exist; a file there is replaced, a symbolic link too.
 * @param data Bytes, or text to be written as UTF-8.
 * @throws {ImagoError} Naming the path and whether permission, space or the folder was missing. The temporary
 *   file is removed.
 */
export async function atomicWrite(path: string, data: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  const temporary = temporaryBeside(path);
  await sweepTemporaries(path);
  let created = false;
  try {
    // "wx": never into something that is already there.
    const file = await open(temporary, "wx");
    created = true;
    try {
      await file.writeFile(data);
      // Else the new name can reach the disk before the contents do.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
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
