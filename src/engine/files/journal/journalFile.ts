import type { FileLayer } from "../layer.js";
import { lineOf } from "./recordLine.js";

/** A record on its way to the disk. */
export interface Entry {
  /** `fieldsText` of the record. */
  readonly fields: string;
  /** Whether it is on the disk for certain. */
  durable: boolean;
  /** Where its line ends, once it is written. */
  end: number;
}

/**
 * The open file behind a journal. It holds every record that is not known to be on the disk, so that after a failure the file
 * can be cut back to what is certain and the rest written once more.
 */
export class JournalFile {
  readonly #files: FileLayer;
  readonly #path: string;
  /** `undefined` after a failure: the descriptor can no longer be trusted, nor what was written through it. */
  #file: number | undefined;
  /** The descriptor that the system is busy with: a number that is given back too early would soon be another file's. */
  #busy: number | undefined;
  #end: number;
  #synced: number;
  #number: number;
  /** Written, and not known to be on the disk. */
  #unsynced: Entry[] = [];
  /** Not written, or of an unknown fate; in order. */
  #waiting: Entry[] = [];

  /** @param end the length of the file, all of which is sound and on the disk */
  constructor(files: FileLayer, path: string, end: number, number: number) {
    this.#files = files;
    this.#path = path;
    this.#end = end;
    this.#synced = end;
    this.#number = number;
  }

  /** Records that are still to be written. */
  get backlog(): number {
    return this.#waiting.length;
  }

  add(fields: string): Entry {
    const entry = { fields, durable: false, end: 0 };
    this.#waiting.push(entry);
    return entry;
  }

  /** Writes what is waiting, in order, up to the first failure. @throws what `node:fs` throws */
  writeWaiting(): void {
    while (this.#waiting.length > 0) {
      this.#write(this.#waiting[0] as Entry);
      this.#waiting.shift();
    }
  }

  #write(entry: Entry): void {
    const line = lineOf(this.#number, entry.fields);
    // After a write that was cut short, the whole record is tried once more.
    const isWhole = this.#writeOnce(line) || this.#writeOnce(line);
    if (!isWhole) throw Object.assign(new Error("ENOSPC: a record was cut short"), { code: "ENOSPC" });
    this.#number++;
    this.#end += line.length;
    entry.end = this.#end;
    this.#unsynced.push(entry);
  }

  /** @returns false where only a part was written, which has been taken back */
  #writeOnce(line: Uint8Array): boolean {
    const file = this.#open();
    let count: number;
    try {
      count = this.#files.writeSync(file, line);
    } catch (error) {
      // Some of it may be there all the same.
      this.#distrust();
      throw error;
    }
    if (count === line.length) return true;
    this.#distrust();
    return false;
  }

  /** The descriptor, after a failure a new one, to a file that was cut back to its sound part. */
  #open(): number {
    if (this.#file !== undefined) return this.#file;
    const file = this.#files.openSync(this.#path, "a+");
    try {
      if (this.#files.sizeSync(file) !== this.#end) this.#cut();
    } catch (error) {
      this.#files.closeSync(file);
      throw error;
    }
    this.#file = file;
    return file;
  }

  #cut(): void {
    // Windows cuts no file that is open for appending.
    const file = this.#files.openSync(this.#path, "r+");
    try {
      if (this.#files.sizeSync(file) < this.#end) {
        throw Object.assign(new Error("EIO: it has lost records that were on the disk"), { code: "EIO" });
      }
      this.#files.ftruncateSync(file, this.#end);
    } finally {
      this.#files.closeSync(file);
    }
  }

  #distrust(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined && file !== this.#busy) this.#closeQuietly(file);
  }

  #closeQuietly(file: number): void {
    try {
      this.#files.closeSync(file);
    } catch {
      // It is of no use either way.
    }
  }

  /**
   * Sees to it that what is written is on the disk.
   *
   * After a failure the system may call the lost bytes clean, and a second try would succeed without them. So everything since
   * the last success waits to be written anew, through another descriptor.
   *
   * @throws what `node:fs` throws
   */
  async sync(): Promise<void> {
    if (this.#unsynced.length === 0) return;
    const end = this.#end;
    const file = this.#open();
    this.#busy = file;
    try {
      await this.#files.fsync(file);
    } catch (error) {
      this.#takeBack();
      throw error;
    } finally {
      this.#busy = undefined;
      if (this.#file !== file) this.#closeQuietly(file);
    }
    // A failed write has put another descriptor in this one's place, to the same file.
    this.#synced = Math.max(this.#synced, end);
    for (const entry of this.#unsynced) entry.durable = entry.end <= this.#synced;
    this.#unsynced = this.#unsynced.filter((entry) => !entry.durable);
  }

  #takeBack(): void {
    this.#distrust();
    this.#waiting.unshift(...this.#unsynced);
    this.#number -= this.#unsynced.length;
    this.#unsynced = [];
    this.#end = this.#synced;
  }

  close(): void {
    this.#distrust();
  }
}
