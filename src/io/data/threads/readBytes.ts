import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { ImagoError } from "../../../engine/errors.js";
import { fileError } from "../../../engine/files/fileError.js";
import { reading } from "../../../engine/files/readFileChecked.js";

/** Larger files are no pictures. */
const mostBytes = 2 ** 31 - 1;

export interface ReadBytes {
  readonly bytes: Uint8Array;
  /** When the file was last changed, in milliseconds. */
  readonly changed: number;
}

/**
 * Reads a file at once, as threads do that have nothing else to do meanwhile: the pool that asynchronous reading would wait for is the one
 * that decodes.
 *
 * @param path as errors name it
 * @throws ImagoError where it cannot be read, is no file, or is larger than a picture can be
 */
export function readBytes(path: string, file: string): ReadBytes {
  let handle: number | undefined;
  try {
    handle = openSync(file, reading);
    const info = fstatSync(handle);
    if (!info.isFile()) throw new ImagoError(`Cannot read ${path}: it is not a regular file.`);
    if (info.size > mostBytes) throw new ImagoError(`Cannot read ${path}: it has 2 GiB or more.`);
    const bytes = new Uint8Array(info.size);
    for (let done = 0; done < bytes.length; ) {
      const count = readSync(handle, bytes, done, bytes.length - done, done);
      if (count === 0) throw new ImagoError(`Cannot read ${path}: it became shorter while it was read.`);
      done += count;
    }
    return { bytes, changed: info.mtimeMs };
  } catch (error) {
    throw error instanceof ImagoError ? error : fileError("read", path, error);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
