import type { Colour, PictureFit } from "../images/pictureFields.js";
import type { BatchesOptions } from "./batches/options.js";
import { pictureSource } from "./batches/source.js";
import { fillCache } from "./cache/fillCache.js";
import { type PartName, partNames } from "./listing/names.js";
import { Part, type PictureItem, type PicturePart } from "./picturePart.js";
import { type PrepareOptions, readAll, readPrepareOptions, settle } from "./prepare.js";
import type { FolderReport } from "./report.js";
import type { Session } from "./session.js";

/** What a folder of pictures is made of. */
export interface FolderContents {
  readonly path: string;
  readonly classes: readonly string[];
  readonly parts: Readonly<Record<PartName, readonly PictureItem[]>>;
  readonly session: Session;
  /** Called when it is closed. */
  readonly release: () => Promise<void>;
}

/** Pictures in classes, divided into parts. */
export class ImageFolder {
  readonly path: string;
  /** By number. */
  readonly classes: readonly string[];
  readonly size: readonly [height: number, width: number];
  readonly fit: PictureFit;
  readonly background: Colour;
  readonly train: PicturePart;
  /** May be empty. */
  readonly validation: PicturePart;
  /** May be empty. */
  readonly test: PicturePart;
  readonly report: FolderReport;
  readonly #session: Session;
  readonly #parts: readonly Part[];
  readonly #release: () => Promise<void>;
  #prepared: Promise<FolderReport> | undefined;

  constructor({ path, classes, parts, session, release }: FolderContents) {
    this.path = path;
    this.classes = classes;
    this.size = session.settings.size;
    this.fit = session.settings.fit;
    this.background = session.settings.background;
    this.report = session.report;
    this.#session = session;
    this.#release = release;
    const source = (part: Part, options: BatchesOptions | undefined) =>
      pictureSource(session, part, options, () => this.#makeReady());
    const made = partNames.map((name) => new Part(name, parts[name], classes, source));
    this.#parts = made;
    [this.train, this.validation, this.test] = made as [Part, Part, Part];
  }

  /**
   * Reads every picture once, whole: those that cannot be read leave the parts, contents that occur twice are found, and the cache is
   * written, if there is one. A second time nothing is done.
   *
   * @returns the report, whole
   * @throws ImagoError on unknown options; where more pictures cannot be read than may, or one with `strict`; where the cache cannot
   *   be written; the signal's reason
   */
  async prepare(options?: PrepareOptions): Promise<FolderReport> {
    const settings = readPrepareOptions(options);
    if (this.#prepared === undefined) {
      const running = this.#prepare(settings);
      this.#prepared = running;
      // What failed may be tried again.
      running.catch(() => {
        this.#prepared = undefined;
      });
    }
    return this.#prepared;
  }

  /** Ends the threads, and removes what was unpacked for this process alone. Batches that are under way are rejected. */
  async close(): Promise<void> {
    await this.#session.close();
    await this.#release();
  }

  async #prepare(options: PrepareOptions): Promise<FolderReport> {
    const items = this.#parts.flatMap((part) => part.items);
    const signal = options.signal ?? this.#session.settings.signal;
    const given = { ...options, signal };
    const { cache } = this.#session.settings;
    if (cache === undefined) {
      settle(this.#session, this.#parts, await readAll(this.#session, items, given), []);
    } else {
      const filled = await fillCache(this.#session, cache, this.path, items, given);
      this.#session.cache = filled.cache;
      settle(this.#session, this.#parts, filled.prepared, filled.warnings);
    }
    return this.report;
  }

  async #makeReady(): Promise<void> {
    if (this.#session.settings.cache !== undefined) await this.prepare();
  }
}
