import * as fs from "node:fs";
import { promisify } from "node:util";
import { makeFolderSync } from "./makeFolder.js";

/**
 * The calls of the operating system that writers of long-lived files make, so that tests can let each of them fail. They throw
 * what `node:fs` throws.
 */
export interface FileLayer {
  /** @param flags as `node:fs` has them: `"r"`, `"r+"`, `"a+"`, `"wx"` */
  openSync(path: string, flags: string): number;
  closeSync(file: number): void;
  /** @returns the number of bytes read, 0 at the end */
  readSync(file: number, bytes: Uint8Array, offset: number, length: number, position: number): number;
  /** One write at the end of the file, or where the descriptor stands; it may take fewer bytes than given. */
  writeSync(file: number, bytes: Uint8Array): number;
  ftruncateSync(file: number, length: number): void;
  fsyncSync(file: number): void;
  /** As `fsyncSync`, while the program goes on. */
  fsync(file: number): Promise<void>;
  /** The length of an open file. */
  sizeSync(file: number): number;
  /** When a file was last changed, in milliseconds since 1970. */
  changedSync(path: string): number;
  /** Says that a file was changed now. */
  touchSync(path: string): void;
  renameSync(from: string, to: string): void;
  /** Gives a file a second name, if nothing has it. */
  linkSync(from: string, to: string): void;
  unlinkSync(path: string): void;
  /** Makes a folder and those it stands in. */
  mkdirSync(path: string): void;
  readdirSync(path: string): string[];
}

/** The real files. */
export const realFiles: FileLayer = {
  openSync: (path, flags) => fs.openSync(path, flags),
  closeSync: (file) => fs.closeSync(file),
  readSync: (file, bytes, offset, length, position) => fs.readSync(file, bytes, offset, length, position),
  writeSync: (file, bytes) => fs.writeSync(file, bytes),
  ftruncateSync: (file, length) => fs.ftruncateSync(file, length),
  fsyncSync: (file) => fs.fsyncSync(file),
  fsync: promisify(fs.fsync),
  sizeSync: (file) => fs.fstatSync(file).size,
  changedSync: (path) => fs.statSync(path).mtimeMs,
  touchSync: (path) => {
    const now = new Date();
    fs.utimesSync(path, now, now);
  },
  renameSync: (from, to) => fs.renameSync(from, to),
  linkSync: (from, to) => fs.linkSync(from, to),
  unlinkSync: (path) => fs.unlinkSync(path),
  mkdirSync: makeFolderSync,
  readdirSync: (path) => fs.readdirSync(path),
};

/** The code of the operating system behind what was thrown: `ENOENT`; empty where there is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** The whole of a file, from a byte on. */
export function readAllSync(files: FileLayer, file: number, from = 0): Uint8Array {
  // A Buffer, since short texts are decoded from it several times faster.
  const bytes = Buffer.allocUnsafe(Math.max(0, files.sizeSync(file) - from));
  let done = 0;
  while (done < bytes.length) {
    const count = files.readSync(file, bytes, done, bytes.length - done, from + done);
    // Another process may have cut a torn end off since its size was asked for.
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}

/**
 * Makes a new name in a folder durable. Where a system cannot do this to a folder, such as Windows or some network drives,
 * nothing is lost but the guarantee.
 */
export function syncFolderSync(files: FileLayer, folder: string): void {
  try {
    const handle = files.openSync(folder, "r");
    try {
      files.fsyncSync(handle);
    } finally {
      files.closeSync(handle);
    }
  } catch {
    // See above.
  }
}
