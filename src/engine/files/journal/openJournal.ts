import { dirname } from "node:path";
import { ImagoError, messageOf } from "../../errors.js";
import { fileError } from "../fileError.js";
import { type FileLayer, realFiles } from "../layer.js";
import { acquireLock, type Lock } from "../lock/acquireLock.js";
import { JournalFile } from "./journalFile.js";
import { besideJournal } from "./paths.js";
import { fieldsText, type JournalRecord } from "./recordLine.js";
import { type Repaired, repair } from "./repair.js";

export interface JournalOptions {
  /** The first record of a new journal. */
  readonly header: JournalRecord;
  /** Default: the real files. */
  readonly files?: FileLayer | undefined;
  /** Take the lock from a process on another machine, which cannot be asked whether it lives. Default: false. */
  readonly takeOver?: boolean | undefined;
}

/** A journal that is open for writing, by this process alone. */
export interface Journal {
  /** What was there on opening, the header first unless it was damaged. */
  readonly records: readonly JournalRecord[];
  /** Lets go of `records`, which then are none, where they have been read and would only fill memory. */
  forgetRecords(): void;
  /** What was damaged, and what failed since without anyone waiting for it, in words. */
  readonly problems: readonly string[];
  /**
   * Appends a record; waits until it is on the disk. Those that wait at the same time share the wait.
   *
   * @throws ImagoError when JSON cannot hold the record; and when it cannot be written. Then it stays in `backlog`: do not
   *   append it again
   */
  append(record: JournalRecord): Promise<void>;
  /** As `append`, and waits for the write only; the disk has it within a second. */
  note(record: JournalRecord): Promise<void>;
  /** Records whose writing failed. They are written, in order, before the next one. */
  readonly backlog: number;
  /** Writes the backlog and waits until everything is on the disk. @throws ImagoError as `append` */
  flush(): Promise<void>;
  /** `flush`, and gives the lock back, even when it throws. */
  close(): Promise<void>;
}

/** How long a note may be missing from the disk, in milliseconds. */
const noteDelay = 1_000;

/**
 * Opens a journal for writing, alone: its lock stands beside it. Makes it, and its folder, where there is none. What an
 * interrupted writer left torn is cut off, and kept beside it.
 *
 * @throws ImagoError naming the process that writes it, if one does; when the file is no journal, was written by a later
 *   version of Imago, or cannot be written
 */
export async function openJournal(path: string, options: JournalOptions): Promise<Journal> {
  const { files = realFiles, takeOver, header } = options;
  const fields = fieldsText(header);
  const lock = await lockOf(path, files, takeOver);
  let journal: OpenJournal | undefined;
  try {
    const repaired = repair(files, path);
    journal = new OpenJournal(files, path, lock, repaired, repaired.next === 0 ? header : undefined);
    if (repaired.next === 0) await journal.appendFields(fields, true);
    return journal;
  } catch (error) {
    await journal?.close().catch(() => {});
    lock.release();
    throw error instanceof ImagoError ? error : fileError("write", path, error);
  }
}

async function lockOf(path: string, files: FileLayer, takeOver: boolean | undefined): Promise<Lock> {
  try {
    files.mkdirSync(dirname(path));
  } catch (error) {
    throw fileError("write", path, error);
  }
  return acquireLock(besideJournal(path, "lock"), { of: path, takeOver, files });
}

class OpenJournal implements Journal {
  #records: readonly JournalRecord[];
  readonly problems: string[];
  readonly #path: string;
  readonly #lock: Lock;
  readonly #file: JournalFile;
  #closed = false;
  /** Why the last sync that failed did. */
  #failure: unknown;
  #timer: NodeJS.Timeout | undefined;
  /** The sync that takes in whatever is written before it begins, and the one that runs. */
  #nextSync: Promise<void> | undefined;
  #runningSync: Promise<void> = Promise.resolve();

  constructor(
    files: FileLayer,
    path: string,
    lock: Lock,
    { records, problems, end, next }: Repaired,
    header: JournalRecord | undefined,
  ) {
    this.#path = path;
    this.#lock = lock;
    this.#file = new JournalFile(files, path, end, next);
    this.#records = header === undefined ? records : [header];
    this.problems = [...problems];
  }

  get records(): readonly JournalRecord[] {
    return this.#records;
  }

  forgetRecords(): void {
    this.#records = [];
  }

  get backlog(): number {
    return this.#file.backlog;
  }

  append(record: JournalRecord): Promise<void> {
    return this.#add(record, true);
  }

  note(record: JournalRecord): Promise<void> {
    return this.#add(record, false);
  }

  async #add(record: JournalRecord, durable: boolean): Promise<void> {
    if (this.#closed) throw new ImagoError(`Cannot write ${this.#path}: the journal is closed.`);
    await this.appendFields(fieldsText(record), durable);
  }

  async appendFields(fields: string, durable: boolean): Promise<void> {
    const entry = this.#file.add(fields);
    this.#write();
    if (!durable) {
      this.#syncSoon();
      return;
    }
    await this.#sync();
    // A sync before this one has failed, and taken the record back.
    if (!entry.durable) throw fileError("write", this.#path, this.#failure);
  }

  #write(): void {
    try {
      this.#file.writeWaiting();
    } catch (error) {
      throw fileError("write", this.#path, error);
    }
  }

  #syncSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#sync().catch((error: unknown) => this.problems.push(messageOf(error)));
    }, noteDelay).unref();
  }

  /** Everyone who comes before the next sync begins waits for that one. */
  #sync(): Promise<void> {
    this.#nextSync ??= this.#runningSync
      .catch(() => {})
      .then(async () => {
        this.#nextSync = undefined;
        await this.#file.sync();
      });
    this.#runningSync = this.#nextSync;
    return this.#nextSync.catch((error: unknown) => {
      this.#failure = error;
      throw fileError("write", this.#path, error);
    });
  }

  async flush(): Promise<void> {
    this.#write();
    await this.#sync();
    if (this.backlog > 0) throw fileError("write", this.#path, this.#failure);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    try {
      await this.flush();
    } finally {
      this.#file.close();
      this.#lock.release();
    }
  }
}
