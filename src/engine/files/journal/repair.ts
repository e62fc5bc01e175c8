import { dirname } from "node:path";
import { ImagoError } from "../../errors.js";
import { type FileLayer, readAllSync, syncFolderSync } from "../layer.js";
import { besideJournal } from "./paths.js";
import type { JournalRecord } from "./recordLine.js";
import { type Scan, scan } from "./scan.js";
import { keepAside } from "./tornPieces.js";

/** A journal that can be gone on with. */
export interface Repaired {
  readonly records: readonly JournalRecord[];
  readonly problems: readonly string[];
  /** The length of the file, in bytes. */
  readonly end: number;
  /** The number of the next record. */
  readonly next: number;
}

/**
 * Reads a journal under its lock, makes it if there is none, and cuts off an end that was torn. What is damaged is kept
 * beside it.
 *
 * @throws ImagoError when the file is no journal, or one of a later version
 * @throws what `node:fs` throws
 */
export function repair(files: FileLayer, path: string): Repaired {
  const file = files.openSync(path, "a+");
  try {
    const bytes = readAllSync(files, file);
    const found = scan(path, bytes);
    checkIsJournal(path, bytes, found);
    keepAside(files, besideJournal(path, "torn"), found.bad);
    if (found.end < bytes.length) cut(files, path, found.end);
    // What an ended process wrote need not be on the disk yet.
    files.fsyncSync(file);
    if (found.end === 0) syncFolderSync(files, dirname(path));
    const { records, end, next } = found;
    return { records, problems: [...found.problems, ...tornProblem(path, found)], end, next };
  } finally {
    files.closeSync(file);
  }
}

function cut(files: FileLayer, path: string, end: number): void {
  // Windows cuts no file that is open for appending.
  const file = files.openSync(path, "r+");
  try {
    files.ftruncateSync(file, end);
    files.fsyncSync(file);
  } finally {
    files.closeSync(file);
  }
}

/** A torn first record is a journal, any other text is not: it would be cut off to nothing. */
function checkIsJournal(path: string, bytes: Uint8Array, { end, bad }: Scan): void {
  if (end > 0 || bytes.length === 0) return;
  const start = '{"v":';
  const text = new TextDecoder().decode(bytes.subarray(0, start.length));
  const isStart = text === start || start.startsWith(text) || bytes.every((byte) => byte === 0);
  if (isStart && bad.length === 1) return;
  throw new ImagoError(`Cannot write ${path}: it is no journal, for none of its lines is a sound record.`, {
    help: "Choose another name, or move the file away.",
  });
}

function tornProblem(path: string, { bad, end }: Scan): string[] {
  const torn = bad.filter((piece) => piece.offset >= end);
  const first = torn[0];
  if (first === undefined) return [];
  const length = torn.reduce((sum, piece) => sum + piece.bytes.length, 0);
  return [
    `Line ${first.line} was torn: its ${length} bytes are cut off, and kept in ${besideJournal(path, "torn")}.`,
  ];
}
