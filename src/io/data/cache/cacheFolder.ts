import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { ImagoError } from "../../../engine/errors.js";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { fileError } from "../../../engine/files/fileError.js";
import { codeOf } from "../../../engine/files/layer.js";
import type { Lock } from "../../../engine/files/lock/acquireLock.js";
import { folderLockName, holdFolder } from "../../../engine/files/lock/holdFolder.js";
import { isHiddenFolder } from "../listing/names.js";
import { cacheMark } from "./cacheMark.js";

/**
 * Refuses a folder that holds other things, and one among the pictures, whose contents would be listed with them.
 *
 * @param cache as it was given
 * @param root of the pictures
 * @throws ImagoError saying which, and what would do
 */
export async function checkCacheFolder(cache: string, root: string): Promise<void> {
  const between = relative(resolve(root), resolve(cache));
  const isInside = between === "" || !(between.startsWith("..") || resolve(cache) === between);
  if (isInside && !between.split(sep).some(isHiddenFolder)) {
    throw new ImagoError(`imageFolder: the cache ${cache} stands among the pictures of ${root}.`, {
      help: "Give it a folder elsewhere, or one whose name begins with a dot.",
    });
  }
  const names = await readdir(cache).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    if (codeOf(error) === "ENOTDIR") throw noFolder(cache);
    throw fileError("read", cache, error);
  });
  const others = names.filter((name) => !name.startsWith(folderLockName));
  if (others.length === 0 || others.includes(cacheMark)) return;
  throw new ImagoError(`imageFolder: the cache ${cache} holds other files (${others[0]}).`, {
    help: "Give the cache a folder of its own; one that is not there is made.",
  });
}

/** The error where the cache, or what it would be in, is a file. */
function noFolder(cache: string): ImagoError {
  let file = resolve(cache);
  while (!existsSync(file) && dirname(file) !== file) file = dirname(file);
  const what = file === resolve(cache) ? "is a file" : `cannot be made: ${file} is a file`;
  return new ImagoError(`imageFolder: the cache ${cache} ${what}.`, {
    help: "Name a folder of its own; one that is not there is made.",
  });
}

/**
 * Holds the cache's folder for one writer, and makes it if need be.
 *
 * @throws ImagoError naming the process that writes there
 */
export async function holdCache(cache: string): Promise<Lock> {
  const lock = await holdFolder(cache, { of: `the cache ${cache}` });
  try {
    await atomicWrite(
      join(cache, cacheMark),
      '{"imago":"a cache of pictures; it may be removed at any time"}\n',
    );
    return lock;
  } catch (error) {
    lock.release();
    throw error;
  }
}
