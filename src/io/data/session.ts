import { ImagoError } from "../../engine/errors.js";
import { entryFile } from "../../engine/files/entryFile.node.js";
import { coresAvailable } from "../../engine/runtime/threads.node.js";
import { ThreadPool } from "../../engine/workers/threadPool.node.js";
import { mendCache } from "./cache/mendCache.js";
import type { FolderSettings } from "./folderOptions.js";
import type { PictureItem } from "./picturePart.js";
import type { ReportBook } from "./report.js";
import { checkUnreadable } from "./unreadable.js";

/** More than so many wait for the decoders' own threads, of which a process has four. */
const mostThreads = 8;

/** Where a picture is in the cache. */
export interface CachePlace {
  readonly place: number;
  readonly sum: number;
}

/** The cache's pictures, by their paths. */
export interface OpenCache {
  readonly file: string;
  readonly find: (path: string) => CachePlace | undefined;
}

/** What all that reads one folder shares: its threads, its cache, its report. */
export class Session {
  readonly settings: FolderSettings;
  readonly report: ReportBook;
  /** Pictures of all parts. */
  readonly total: number;
  readonly threads: number;
  cache: OpenCache | undefined;
  #mending: Promise<void> = Promise.resolve();
  #pool: ThreadPool | undefined;
  #closed = false;

  constructor(settings: FolderSettings, report: ReportBook, total: number) {
    this.settings = settings;
    this.report = report;
    this.total = total;
    this.threads = settings.workers ?? Math.min(coresAvailable(), mostThreads);
  }

  /**
   * Threads, which are started when there is work.
   *
   * @throws ImagoError where the folder was closed
   */
  get pool(): ThreadPool {
    if (this.#closed) {
      throw new ImagoError("imageFolder: the folder was closed, and nothing is read from it any more.", {
        help: "Close it when all is done, or open it again.",
      });
    }
    this.#pool ??= new ThreadPool({
      module: entryFile("io/data/threads/pictures.worker.node"),
      threads: this.threads,
    });
    return this.#pool;
  }

  /** @throws ImagoError where there are too many, or any with `strict` */
  addUnreadable({ path }: PictureItem, reason: string): void {
    this.report.addUnreadable({ path, reason });
    checkUnreadable(this.report.unreadable, this.total, this.settings);
  }

  /** Mends the cache, one batch's pictures at a time. */
  mend(cache: OpenCache, items: readonly PictureItem[]): Promise<void> {
    const mended = this.#mending.then(() => mendCache(this, cache, items));
    this.#mending = mended.catch(() => {});
    return mended;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.close();
  }
}
