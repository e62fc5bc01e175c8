import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import type { ImagoError } from "../../engine/errors.js";
import { fileError } from "../../engine/files/fileError.js";
import { type Lock, LockHeld } from "../../engine/files/lock/acquireLock.js";
import { holdFile } from "../../engine/files/lock/holdFolder.js";
import { callable, type FieldsOf, optional, type ReadOf, readOptions } from "../../engine/options.js";
import { downloadError, explained, Interrupted, isPassing } from "./downloadFailure.js";
import { partialPath } from "./partialPath.js";
import { type Answer, discard, dispatcherFrom, get, type RequestSettings, requestFields } from "./request.js";
import { type RetryOptions, retry, retryFields } from "./retry.js";
import { throughProxy } from "./throughProxy.js";
import { holds, sizeOf } from "./wholeFile.js";

/** A file as it must arrive. */
export interface DownloadFile {
  /** https. */
  readonly address: string;
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

export interface DownloadOptions extends RetryOptions, RequestSettings {
  /** Told after every piece: bytes that are there, of the whole. */
  readonly onProgress?: ((received: number, total: number) => void) | undefined;
}

/** How {@link DownloadOptions} are read. */
export const downloadFields = {
  ...retryFields,
  ...requestFields,
  onProgress: optional(callable<NonNullable<DownloadOptions["onProgress"]>>()),
} satisfies FieldsOf<DownloadOptions>;

type Settings = ReadOf<typeof downloadFields>;

/**
 * Downloads a file, whole or not at all: the bytes go to `PATH.partial`, which takes the path once size and SHA-256
 * are as stated. What is there of an interrupted download is kept and gone on from, at the next try or the next call.
 * Where another process downloads it, that one is waited for.
 *
 * @param path in a folder that exists
 * @throws ImagoError saying what went wrong: the address refused, no connection, silence for too long, an answer that
 *   is not the file, other bytes than stated, a folder that cannot be written
 */
export async function download(
  file: DownloadFile,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  const settings = readOptions("download", options, downloadFields);
  const dispatcher = await dispatcherFrom(settings);
  try {
    const one = new Download(file, path, dispatcher, settings);
    const { lock, waited } = await one.hold();
    try {
      // It may have come meanwhile.
      if (!waited || !(await holds(path, file))) await one.run();
    } finally {
      lock.release();
    }
  } finally {
    await dispatcher.destroy();
  }
}

/** Milliseconds between looks at how far another process is. */
const waiting = 200;

class Download {
  readonly #file: DownloadFile;
  readonly #path: string;
  readonly #partial: string;
  readonly #dispatcher: Dispatcher;
  readonly #options: Settings;

  constructor(file: DownloadFile, path: string, dispatcher: Dispatcher, options: Settings) {
    this.#file = file;
    this.#path = path;
    this.#partial = partialPath(path);
    this.#dispatcher = dispatcher;
    this.#options = options;
  }

  /** Waits until nobody else downloads the file, and tells meanwhile how far that is. */
  async hold(): Promise<{ readonly lock: Lock; readonly waited: boolean }> {
    const { signal, onProgress } = this.#options;
    for (let waited = false; ; waited = true) {
      signal?.throwIfAborted();
      try {
        return { lock: await holdFile(this.#partial), waited };
      } catch (error) {
        if (!(error instanceof LockHeld)) throw error;
      }
      const size = await sizeOf(this.#partial);
      if (size !== undefined) onProgress?.(Math.min(size, this.#file.bytes), this.#file.bytes);
      await sleep(waiting, undefined, signal === undefined ? {} : { signal });
    }
  }

  async run(): Promise<void> {
    // The most that was ever there: what is fetched again after it was thrown away is nothing new.
    let most = await this.#present();
    const progressed = async (): Promise<boolean> => {
      const before = most;
      most = Math.max(most, await this.#present());
      // Only a good part of the file counts, so that it ends with a server that gives crumbs.
      return most > before + this.#file.bytes / 64;
    };
    try {
      await retry(() => this.#once(), this.#options, progressed);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      const why = error.message + throughProxy(this.#file.address, this.#options.environment);
      throw this.#failed(why, "Try again: it goes on where it stopped.", error);
    }
  }

  /** How many bytes of the file are there; more than the whole are none of it. */
  async #present(): Promise<number> {
    const size = (await sizeOf(this.#partial)) ?? 0;
    if (size <= this.#file.bytes) return size;
    await rm(this.#partial, { force: true });
    return 0;
  }

  async #once(): Promise<void> {
    const present = await this.#present();
    // Before the server is asked, which would not wait for it.
    const hashPresent = await this.#hashPresent(present);
    if (present === this.#file.bytes) {
      await this.#finish(hashPresent.digest("hex"), true);
      return;
    }
    const answer = await this.#ask(present);
    const from = await this.#start(answer, present);
    const hash = from > 0 ? hashPresent : createHash("sha256");
    const partial = await this.#openPartial(answer, from);
    try {
      await this.#receive(answer, partial, from, hash);
      await partial.sync();
    } finally {
      await partial.close();
    }
    await this.#finish(hash.digest("hex"), from > 0);
  }

  async #ask(from: number): Promise<Answer> {
    try {
      return await get(this.#file.address, {
        dispatcher: this.#dispatcher,
        from,
        signal: this.#options.signal,
      });
    } catch (error) {
      throw explained(error);
    }
  }

  /** Where the answer's body begins in the file. */
  async #start(answer: Answer, wanted: number): Promise<number> {
    const { status, headers } = answer;
    try {
      if (status === 206) return this.#startOfRange(headers["content-range"], wanted);
      if (status === 200) {
        this.#checkLength(headers["content-length"], this.#file.bytes);
        return 0;
      }
      if (status === 416) {
        // What is there is not of this file, or the server has another one.
        await rm(this.#partial, { force: true });
        throw new Interrupted("the server cannot go on from what is there");
      }
      if (isPassing(status)) throw new Interrupted(`the server answers ${status}`);
      const help = [401, 403, 404, 410].includes(status) ? "The hub may have moved it." : "";
      throw this.#failed(`the server answers ${status}`, help);
    } catch (error) {
      discard(answer);
      throw error;
    }
  }

  #startOfRange(range: string | undefined, wanted: number): number {
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range ?? "") ?? [];
    const fits = Number(from) === wanted && (total === "*" || Number(total) === this.#file.bytes);
    if (fits) return wanted;
    throw this.#failed(
      `the server sends "${range ?? "no range"}" where bytes from ${wanted} of ${this.#file.bytes} were asked for`,
    );
  }

  #checkLength(length: string | undefined, expected: number): void {
    if (length === undefined || Number(length) === expected) return;
    throw this.#failed(
      `the server offers ${length} bytes, the file has ${expected}`,
      "Something in between may have answered, such as a login page.",
    );
  }

  async #openPartial(answer: Answer, from: number): Promise<FileHandle> {
    try {
      return await open(this.#partial, from > 0 ? "r+" : "w");
    } catch (error) {
      discard(answer);
      throw fileError("write", this.#partial, error);
    }
  }

  async #receive(answer: Answer, partial: FileHandle, from: number, hash: Hash): Promise<void> {
    const { bytes: total } = this.#file;
    let at = from;
    const chunks = answer.body[Symbol.asyncIterator]();
    while (true) {
      const next = await chunks.next().catch((error: unknown) => {
        throw explained(error);
      });
      if (next.done === true) break;
      const chunk = next.value as Uint8Array;
      if (at + chunk.length > total) {
        discard(answer);
        await rm(this.#partial, { force: true });
        throw this.#failed(`the server sends more than the file's ${total} bytes`);
      }
      await this.#write(partial, chunk, at);
      hash.update(chunk);
      at += chunk.length;
      this.#options.onProgress?.(at, total);
    }
    if (at < total) throw new Interrupted(`the server stopped after ${at} of ${total} bytes`);
  }

  async #write(partial: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
    try {
      for (let done = 0; done < chunk.length; ) {
        done += (await partial.write(chunk, done, chunk.length - done, at + done)).bytesWritten;
      }
    } catch (error) {
      throw fileError("write", this.#partial, error);
    }
  }

  async #hashPresent(length: number): Promise<Hash> {
    const hash = createHash("sha256");
    if (length === 0) return hash;
    for await (const chunk of createReadStream(this.#partial, { end: length - 1 }))
      hash.update(chunk as Uint8Array);
    return hash;
  }

  async #finish(found: string, mixed: boolean): Promise<void> {
    if (found !== this.#file.sha256) {
      await rm(this.#partial, { force: true });
      // Pieces of two files, or a disk that lost some: all from one answer may be right.
      if (mixed) throw new Interrupted("what was there before did not belong to the file");
      throw this.#failed(
        `what arrived is not the file: its SHA-256 is ${found}, expected ${this.#file.sha256}`,
        "It was not kept.",
      );
    }
    await rename(this.#partial, this.#path).catch((error: unknown) => {
      throw fileError("write", this.#path, error);
    });
  }

  #failed(why: string, help = "", cause?: unknown): ImagoError {
    return downloadError(this.#file.address, why, help, cause);
  }
}
