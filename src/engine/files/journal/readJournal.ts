import { ImagoError } from "../../errors.js";
import { fileError } from "../fileError.js";
import { type FileLayer, readAllSync, realFiles } from "../layer.js";
import type { JournalRecord } from "./recordLine.js";
import { scan } from "./scan.js";

export interface ReadJournalOptions {
  /** Where to begin: the `next` of an earlier reading. Default: 0. */
  readonly from?: number | undefined;
  /** Default: the real files. */
  readonly files?: FileLayer | undefined;
}

export interface ReadJournal {
  /** From `from` on, as they were appended. */
  readonly records: readonly JournalRecord[];
  /** What is damaged, in words. */
  readonly problems: readonly string[];
  /** Where to begin next time, in bytes. */
  readonly next: number;
}

/**
 * Reads a journal, without its lock: its writer may go on. What it is writing just now, and a torn end, are left out.
 *
 * @throws ImagoError when the file cannot be read, was written by a later version of Imago, or is shorter than `from`
 */
export async function readJournal(path: string, options: ReadJournalOptions = {}): Promise<ReadJournal> {
  const { from = 0, files = realFiles } = options;
  const bytes = readBytes(files, path, from);
  const { records, problems, end } = scan(path, bytes, from);
  return { records, problems, next: end };
}

function readBytes(files: FileLayer, path: string, from: number): Uint8Array {
  try {
    const file = files.openSync(path, "r");
    try {
      if (files.sizeSync(file) < from) {
        throw new ImagoError(`Cannot read ${path}: it is shorter than the ${from} bytes read before.`, {
          help: "It is another journal; read it from its start.",
        });
      }
      return readAllSync(files, file, from);
    } finally {
      files.closeSync(file);
    }
  } catch (error) {
    throw error instanceof ImagoError ? error : fileError("read", path, error);
  }
}
