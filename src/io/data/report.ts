import { counted } from "../../engine/words.js";
import type { LayoutKind, SkippedRow } from "./listing/listing.js";
import type { SplitBy } from "./split/divide.js";

/** A picture that cannot be read, and why. */
export interface UnreadablePicture {
  readonly path: string;
  readonly reason: string;
}

/** Two files of the same bytes. */
export interface DuplicatePicture {
  readonly paths: readonly [string, string];
  /** They are in two classes, in two parts of the data, or in the same class and part. */
  readonly kind: "classes" | "parts" | "same";
}

/** What was found in a folder of pictures. */
export interface FolderReport {
  /** How it is laid out: class folders; those of parts; an archive of either; a label file. */
  readonly kind: LayoutKind;
  /** What divided the pictures. */
  readonly splitBy: SplitBy;
  /** Class folders without a picture, and classes that were given and have none. */
  readonly emptyClasses: readonly string[];
  /** Sentences for people, each about one thing. */
  readonly warnings: readonly string[];
  /** Rows of label files that were left out. */
  readonly skippedRows: readonly SkippedRow[];
  /** Filled by `prepare`, and by batches that meet one. */
  readonly unreadable: readonly UnreadablePicture[];
  /** Filled by `prepare`. */
  readonly duplicates: readonly DuplicatePicture[];
}

/** A report that is still written. */
export class ReportBook implements FolderReport {
  readonly kind: LayoutKind;
  readonly splitBy: SplitBy;
  readonly emptyClasses: readonly string[];
  warnings: readonly string[];
  readonly skippedRows: readonly SkippedRow[];
  unreadable: UnreadablePicture[] = [];
  duplicates: readonly DuplicatePicture[] = [];
  readonly #found: readonly string[];
  readonly #told = new Set<string>();
  readonly #damaged = new Set<string>();
  #prepared: readonly string[] = [];
  #ofCache: readonly string[] = [];

  constructor({
    kind,
    splitBy,
    emptyClasses,
    warnings,
    skippedRows,
  }: Omit<FolderReport, "unreadable" | "duplicates">) {
    this.kind = kind;
    this.splitBy = splitBy;
    this.emptyClasses = emptyClasses;
    this.warnings = warnings;
    this.skippedRows = skippedRows;
    this.#found = warnings;
  }

  /** A picture is told of once, however often it is met. */
  addUnreadable(picture: UnreadablePicture): void {
    if (this.#told.has(picture.path)) return;
    this.#told.add(picture.path);
    this.unreadable.push(picture);
  }

  /** What reading every picture has shown, in the place of what an earlier time did. */
  setPrepared(
    unreadable: readonly UnreadablePicture[],
    duplicates: readonly DuplicatePicture[],
    warnings: readonly string[],
  ): void {
    this.#told.clear();
    this.unreadable = [];
    for (const picture of unreadable) this.addUnreadable(picture);
    this.duplicates = duplicates;
    this.#prepared = warnings;
    this.#join();
  }

  /**
   * Pictures whose places in the cache were damaged.
   *
   * @param why they could not be written there again; empty where they were
   */
  addDamaged(file: string, paths: readonly string[], why: string): void {
    for (const path of paths) this.#damaged.add(path);
    const [first] = this.#damaged;
    const count = this.#damaged.size;
    const [pictures, were] = [counted(count, "picture"), count === 1 ? "was" : "were"];
    const done = why === "" ? "and written there again" : `and not all could be written there again (${why})`;
    this.#ofCache = [
      `The cache ${file} is damaged: ${pictures} ${were} decoded anew ${done}, first ${first}.`,
    ];
    this.#join();
  }

  #join(): void {
    this.warnings = [...this.#found, ...this.#prepared, ...this.#ofCache];
  }
}
