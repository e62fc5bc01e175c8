import { randomBytes } from "node:crypto";
import { constants, copyFile, open, readdir, rename, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { ImagoError, messageOf } from "../../../engine/errors.js";
import { fileError } from "../../../engine/files/fileError.js";
import { sweepTemporaries, temporaryBeside } from "../../../engine/files/temporary.js";
import { counted } from "../../../engine/words.js";
import { sizeText } from "../listing/names.js";
import type { PictureItem } from "../picturePart.js";
import { inPortions, type Prepared, type PrepareOptions } from "../prepare.js";
import type { UnreadablePicture } from "../report.js";
import type { OpenCache, Session } from "../session.js";
import type { PreparedPicture, PrepareJob } from "../threads/jobs.js";
import { checkUnreadable } from "../unreadable.js";
import { holdCache } from "./cacheFolder.js";
import {
  type CacheIndex,
  type CacheNames,
  type CacheRecord,
  cacheNames,
  headBytes,
  magic,
  readIndex,
  writeIndex,
} from "./cacheIndex.js";

/** Files that are only looked at, not read, by one thread at a time. */
const looked = 512;

export interface FilledCache {
  readonly prepared: Prepared;
  readonly cache: OpenCache;
  readonly warnings: readonly string[];
}

/**
 * Sees to it that the cache holds all pictures: those that it has and whose files are as they were stay, the others are decoded. It is
 * written beside, and takes its name when it is whole.
 *
 * @throws ImagoError where too many pictures cannot be read; where another process writes it; where it cannot be written, or the disk
 *   does not hold it; the signal's reason
 */
export async function fillCache(
  session: Session,
  folder: string,
  root: string,
  items: readonly PictureItem[],
  options: PrepareOptions,
): Promise<FilledCache> {
  const filler = new Filler(session, cacheNames(folder, root, session.settings), items, options);
  return filler.fill();
}

class Filler {
  readonly #session: Session;
  readonly #names: CacheNames;
  readonly #items: readonly PictureItem[];
  readonly #options: PrepareOptions;
  /** Bytes of a picture. */
  readonly #bytes: number;
  readonly #warnings: string[] = [];
  readonly #records = new Map<PictureItem, CacheRecord>();
  readonly #unreadable: UnreadablePicture[] = [];
  #done = 0;

  constructor(session: Session, names: CacheNames, items: readonly PictureItem[], options: PrepareOptions) {
    const [height, width] = session.settings.size;
    this.#session = session;
    this.#names = names;
    this.#items = items;
    this.#options = options;
    this.#bytes = height * width * 3;
  }

  async fill(): Promise<FilledCache> {
    let index = await this.#readIndex();
    if (index !== undefined) await this.#keepUnchanged(index);
    checkUnreadable(this.#unreadable, this.#items.length, this.#session.settings);
    const fresh = this.#items.filter((item) => !this.#records.has(item));
    if (fresh.length > 0 || index === undefined) {
      const lock = await holdCache(this.#names.folder);
      try {
        index = await this.#write(index, fresh);
      } finally {
        lock.release();
      }
    }
    return this.#filled(index);
  }

  async #readIndex(): Promise<CacheIndex | undefined> {
    try {
      return await readIndex(this.#names, this.#bytes);
    } catch (error) {
      this.#warnings.push(`The cache is written anew: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Takes over what the index says of files that are as they were. */
  async #keepUnchanged({ records }: CacheIndex): Promise<void> {
    const byPath = new Map(records.map((record) => [record.path, record]));
    const known = this.#items.filter(({ path }) => byPath.has(path));
    await inPortions(known, 2 * this.#session.threads, looked, async (some) => {
      const before = some.map(({ path }) => byPath.get(path) as CacheRecord);
      const found = await this.#run({ ...this.#job(some), known: before });
      found.forEach(({ isSame }, at) => {
        if (isSame) this.#take(some[at] as PictureItem, before[at] as CacheRecord);
      });
      this.#tell(found.filter(({ isSame }) => isSame).length);
    });
  }

  #take(item: PictureItem, record: CacheRecord): void {
    this.#records.set(item, record);
    if (record.reason !== "") this.#unreadable.push({ path: item.path, reason: record.reason });
  }

  #tell(more: number): void {
    this.#done += more;
    this.#options.onProgress?.({ done: this.#done, total: this.#items.length });
  }

  #job(some: readonly PictureItem[]): PrepareJob {
    const { size, fit, background, maxPixels } = this.#session.settings;
    const files = some.map(({ path, file }) => ({ path, file }));
    return { files, settings: { size, fit, background, maxPixels }, out: undefined };
  }

  #run(job: PrepareJob): Promise<PreparedPicture[]> {
    const what = `reading ${job.files[0]?.path} and those after it`;
    return this.#session.pool.run<PreparedPicture[]>("prepare", job, { what, signal: this.#options.signal });
  }

  async #write(old: CacheIndex | undefined, fresh: readonly PictureItem[]): Promise<CacheIndex> {
    const { folder, stem } = this.#names;
    const slots = this.#freeSlots(fresh.length);
    const count = Math.max(slots.highest + 1, old?.slots ?? 0);
    const needed = headBytes + count * this.#bytes;
    await checkSpace(folder, needed, count);
    await sweepTemporaries(join(folder, stem));
    const temporary = temporaryBeside(join(folder, stem));
    const data = `${stem}-${randomBytes(4).toString("hex")}.bin`;
    try {
      await begin(temporary, old === undefined ? undefined : join(folder, old.data), stem);
      await this.#decode(fresh, slots.free, temporary, needed);
      await finish(temporary, join(folder, data), needed);
      const records = this.#items.map((item) => this.#records.get(item) as CacheRecord);
      const index = { data, slots: count, records };
      await writeIndex(this.#names, index);
      await removeOthers(this.#names, data);
      return index;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Places for new pictures: those that nothing has any more, then behind all others. */
  #freeSlots(count: number): { readonly free: readonly number[]; readonly highest: number } {
    const taken = new Set([...this.#records.values()].map(({ slot }) => slot));
    const free: number[] = [];
    for (let slot = 0; free.length < count; slot++) if (!taken.has(slot)) free.push(slot);
    return { free, highest: Math.max(-1, ...lastOf(free), ...maximum(taken)) };
  }

  async #decode(
    fresh: readonly PictureItem[],
    free: readonly number[],
    file: string,
    needed: number,
  ): Promise<void> {
    const name = `the cache ${this.#names.folder}, which takes ${sizeText(needed)}`;
    await inPortions(fresh, 2 * this.#session.threads, undefined, async (some, from) => {
      const slots = free.slice(from, from + some.length);
      const places = Float64Array.from(slots, (slot) => headBytes + slot * this.#bytes);
      const found = await this.#run({ ...this.#job(some), out: { file, name, places } });
      found.forEach(({ bytes, changed, digest, sum, reason }, at) => {
        const item = some[at] as PictureItem;
        const slot = reason === "" ? (slots[at] as number) : -1;
        this.#take(item, { path: item.path, bytes, changed, digest, sum, slot, reason });
      });
      checkUnreadable(this.#unreadable, this.#items.length, this.#session.settings);
      this.#tell(some.length);
    });
  }

  #filled({ data }: CacheIndex): FilledCache {
    const prepared = new Map<PictureItem, PreparedPicture>();
    const places = new Map<string, { readonly place: number; readonly sum: number }>();
    for (const [item, { slot, ...record }] of this.#records) {
      prepared.set(item, { ...record, isSame: false });
      if (slot >= 0) places.set(item.path, { place: headBytes + slot * this.#bytes, sum: record.sum });
    }
    const cache = { file: join(this.#names.folder, data), find: (path: string) => places.get(path) };
    return { prepared, cache, warnings: this.#warnings };
  }
}

const lastOf = (numbers: readonly number[]): number[] =>
  numbers.length === 0 ? [] : [numbers.at(-1) as number];

function maximum(numbers: Iterable<number>): number[] {
  let most = -1;
  for (const number of numbers) most = Math.max(most, number);
  return [most];
}

/** @throws ImagoError where the disk does not hold it, before anything is decoded */
async function checkSpace(folder: string, needed: number, count: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (needed <= bavail * bsize) return;
  throw new ImagoError(
    `Cannot write the cache ${folder}: ${counted(count, "picture")} take ${sizeText(needed)}, and the disk has ${sizeText(bavail * bsize)} left.`,
    { help: "Free some space, choose a folder on another disk, or leave the cache out." },
  );
}

/** The new file of pictures, which begins as the one before it, where there is one. */
async function begin(temporary: string, old: string | undefined, stem: string): Promise<void> {
  try {
    if (old !== undefined)
      await copyFile(old, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const file = await open(temporary, old === undefined ? "wx" : "r+");
    const head = Buffer.alloc(headBytes);
    head.write(`${magic} ${stem}\n`);
    await file.write(head, 0, headBytes, 0).finally(() => file.close());
  } catch (error) {
    throw fileError("write", temporary, error);
  }
}

async function finish(temporary: string, path: string, length: number): Promise<void> {
  try {
    const file = await open(temporary, "r+");
    try {
      // Pictures at the end may be such as cannot be read.
      await file.truncate(length);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    throw fileError("write", path, error);
  }
}

/** Removes files of pictures that the index names no more, or that were never named since their writer was killed; none but our own. */
async function removeOthers({ folder, stem }: CacheNames, current: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const { name } = entry;
    const isPictures =
      entry.isFile() && name.startsWith(`${stem}-`) && /^pictures-[0-9a-f]{16}-[0-9a-f]{8}\.bin$/.test(name);
    if (!isPictures || name === current || !(await beginsAsOurs(join(folder, name)))) continue;
    // Where another process has it open, some systems do not let it go.
    await rm(join(folder, name), { force: true }).catch(() => {});
  }
}

async function beginsAsOurs(path: string): Promise<boolean> {
  try {
    const file = await open(path, "r");
    const { buffer, bytesRead } = await file
      .read(Buffer.alloc(magic.length), 0, magic.length, 0)
      .finally(() => file.close());
    // One that was cut to nothing has nothing in it to lose.
    return bytesRead === 0 || buffer.toString("latin1") === magic;
  } catch {
    return false;
  }
}
