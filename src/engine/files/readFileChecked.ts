import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { ImagoError } from "../errors.js";
import { fileError } from "./fileError.js";

export interface ReadOptions {
  /** Bytes; a larger file is refused before it fills the memory. Default: 2 GiB, as much as one buffer should hold. */
  readonly maxBytes?: number;
}

/** A pipe without a writer is opened too, and then refused, where it would be waited for. Windows has no such flag. */
export const reading = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

const binaryUnits = ["bytes", "KiB", "MiB", "GiB", "TiB"];

function formatBytes(bytes: number): string {
  const unit = Math.min(binaryUnits.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** unit).toFixed(1))} ${binaryUnits[unit]}`;
}

/** A file as it was when it was opened. */
export interface Snapshot {
  /** In an array of their own, unless the file became shorter meanwhile. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What became of the file while it was read; `undefined` where nothing did. The end may be missing unless it only was written to. */
  readonly change: "grew" | "became shorter" | "was written to" | undefined;
}

/** Bytes of one read, of which more than 2 GiB are refused by Node, and after which a signal is looked at. */
const readAtOnce = 2 ** 26;

/** What of an open file is used. */
export type OpenFile = Pick<FileHandle, "read" | "stat">;

/**
 * Reads as many bytes as an open file has at first, and says whether it changed meanwhile.
 *
 * @param path as errors name it
 * @throws {ImagoError} where it is no file, or larger than `maxBytes`; the signal's reason where that was given
 */
export async function takeSnapshot(
  file: OpenFile,
  path: string,
  options: SnapshotOptions = {},
): Promise<Snapshot> {
  const { maxBytes = 2 ** 31, signal } = options;
  // Asked of the open file, so that it is the one that is read.
  const info = await file.stat();
  if (info.isDirectory())
    throw new ImagoError(`Cannot read ${path}: it is a folder.`, { help: "Name a file." });
  if (!info.isFile()) throw new ImagoError(`Cannot read ${path}: it is not a regular file.`);
  if (info.size > maxBytes) {
    throw new ImagoError(
      `Cannot read ${path}: it has ${formatBytes(info.size)}, and at most ${formatBytes(maxBytes)} are expected here.`,
    );
  }
  const bytes = new Uint8Array(info.size);
  let length = 0;
  while (length < bytes.length) {
    signal?.throwIfAborted();
    const most = Math.min(readAtOnce, bytes.length - length);
    const { bytesRead } = await file.read(bytes, length, most, length);
    if (bytesRead === 0) return { bytes: bytes.subarray(0, length), change: "became shorter" };
    length += bytesRead;
  }
  const now = await file.stat();
  const isOther = now.size !== info.size || now.mtimeMs !== info.mtimeMs;
  const change = now.size > info.size ? "grew" : isOther ? "was written to" : undefined;
  return { bytes, change };
}

export interface SnapshotOptions extends ReadOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a whole file that another program may be writing to, as it was when it was opened.
 *
 * @throws {ImagoError} Naming the path, if the file is missing, a folder, not permitted, or larger than `maxBytes`; the signal's
 *   reason where that was given.
 */
export async function readSnapshot(path: string, options: SnapshotOptions = {}): Promise<Snapshot> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, reading);
    return await takeSnapshot(file, path, options);
  } catch (error) {
    const isOwn = error instanceof ImagoError || options.signal?.aborted === true;
    throw isOwn ? error : fileError("read", path, error);
  } finally {
    await file?.close();
  }
}

/**
 * Reads a whole file.
 *
 * @returns Its bytes, in an array of their own.
 * @throws {ImagoError} Naming the path, if the file is missing, a folder, not permitted, larger than `maxBytes`,
 *   or became shorter while it was read.
 */
export async function readFileChecked(
  path: string,
  options: ReadOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes, change } = await readSnapshot(path, options);
  if (change === "became shorter") {
    throw new ImagoError(`Cannot read ${path}: it became shorter while it was read.`, { help: "Try again." });
  }
  return bytes;
}

/** Bytes: what any text may have, which a string holds on every system. */
export const longestText = 2 ** 28;

/**
 * Reads a whole text file, of 256 MiB at most where nothing else is said.
 *
 * @returns Its text, without a byte order mark.
 * @throws {ImagoError} As `readFileChecked`, and if the file is not UTF-8.
 */
export async function readTextChecked(path: string, options: ReadOptions = {}): Promise<string> {
  const bytes = await readFileChecked(path, { maxBytes: longestText, ...options });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ImagoError(`Cannot read ${path} as text: it is not UTF-8.`, {
      help: "Convert it, for example with iconv -t UTF-8.",
      cause,
    });
  }
}
