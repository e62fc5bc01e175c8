import { rmdirSync } from "node:fs";
import { join } from "node:path";
import { ImagoError } from "../../errors.js";
import { codeOf } from "../layer.js";
import { makeFolder, makeFolderSync } from "../makeFolder.js";
import { acquireLock, type Lock } from "./acquireLock.js";

/** The file that says who writes a folder, while someone does. */
export const folderLockName = ".lock";

export interface HoldOptions {
  /** The lock's file in the folder, where only a part of the folder is held. Default: {@link folderLockName}. */
  readonly name?: string | undefined;
  /** What is held, as errors name it. Default: the folder. */
  readonly of?: string | undefined;
  /** Whether it is held for a moment only, which others then wait for. Default: false. */
  readonly brief?: boolean | undefined;
}

/**
 * Makes a folder if need be, and holds it for one writer, so that a second one is refused before it has done any work. A writer
 * that was killed holds nothing; one in a container that is gone, or on another machine, for a minute at most. A folder in which
 * nothing was written is gone when it is given back.
 *
 * @throws ImagoError naming the folder and the process that writes there; and when the folder cannot be made
 */
export async function holdFolder(folder: string, options: HoldOptions = {}): Promise<Lock> {
  const { name = folderLockName, of = folder, brief } = options;
  const lock = await inFolder(folder, () =>
    acquireLock(join(folder, name), { of, beats: true, brief, help: ownHelp }),
  );
  return {
    confirm: () => {
      makeFolderSync(folder);
      lock.confirm();
    },
    release: () => {
      lock.release();
      removeEmpty(folder);
    },
  };
}

const ownHelp = "Give each its own place, or wait until the other has ended.";

/** Makes the folder, and makes it again where whoever held it before took it away meanwhile. */
async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    await makeFolder(folder);
    try {
      return await work();
    } catch (error) {
      const isGone = error instanceof ImagoError && codeOf(error.cause) === "ENOENT";
      if (!isGone) throw error;
    }
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is not empty, which is as it should be.
  }
}

/**
 * Writes into a folder that nobody else writes meanwhile. Who writes there for a moment is waited for.
 *
 * @throws ImagoError as {@link holdFolder}; and what `work` throws
 */
export async function whileHolding<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = await holdFolder(folder, { brief: true });
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/**
 * Holds a file for one writer by a lock beside it.
 *
 * @throws ImagoError naming the file and the process that writes it; and where its folder takes no files
 */
export function holdFile(path: string): Promise<Lock> {
  return acquireLock(`${path}.lock`, { of: path, beats: true, help: ownHelp });
}
