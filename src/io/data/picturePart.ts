import type { BatchesOptions } from "./batches/options.js";
import type { PictureSource } from "./batches/source.js";
import type { PartName } from "./listing/names.js";

/** A picture of a part. */
export interface PictureItem {
  /** As messages name it: the folder as it was given, and the path below it with `/`; below an archive, the path in it. */
  readonly path: string;
  /** The file that holds its bytes: `path`, but where it was unpacked from an archive. */
  readonly file: string;
  /** The number of its class. */
  readonly label: number;
  /** What it must stay together with, where groups were asked for. */
  readonly group?: string;
  /** Of its bytes, in hexadecimal digits, once it has been read: `prepare` does that. */
  readonly digest?: string;
}

/** Pictures to train on, to validate on, or to test on. */
export interface PicturePart {
  readonly name: PartName;
  /** Names of the folder's classes, which labels are the numbers of. */
  readonly classes: readonly string[];
  readonly size: number;
  /** Pictures of each class. */
  readonly counts: readonly number[];
  readonly items: readonly PictureItem[];
  /**
   * A source of batches `[x, y]`: x float32 `[batch, height, width, 3]` from 0 to 255, y int32 `[batch]` or float32 one-hot
   * `[batch, classes]`. It is a function of the epoch (and of how many batches are left out at its start), which `fit` and `evaluate`
   * take. The same epoch has the same batches, byte for byte.
   *
   * @throws ImagoError on unknown options and values outside their range; where the part has no picture
   */
  batches(options?: BatchesOptions): PictureSource;
}

/** A part whose pictures may still leave it. */
export class Part implements PicturePart {
  readonly name: PartName;
  readonly classes: readonly string[];
  readonly #makeSource: (part: Part, options: BatchesOptions | undefined) => PictureSource;
  #items: readonly PictureItem[];
  #counts: readonly number[] | undefined;

  constructor(
    name: PartName,
    items: readonly PictureItem[],
    classes: readonly string[],
    makeSource: (part: Part, options: BatchesOptions | undefined) => PictureSource,
  ) {
    this.name = name;
    this.#items = items;
    this.classes = classes;
    this.#makeSource = makeSource;
  }

  get size(): number {
    return this.#items.length;
  }

  get items(): readonly PictureItem[] {
    return this.#items;
  }

  get counts(): readonly number[] {
    if (this.#counts === undefined) {
      const counts = new Array<number>(this.classes.length).fill(0);
      for (const { label } of this.#items) counts[label] = (counts[label] as number) + 1;
      this.#counts = counts;
    }
    return this.#counts;
  }

  batches(options?: BatchesOptions): PictureSource {
    return this.#makeSource(this, options);
  }

  /** Leaves out pictures that cannot be read. */
  keep(items: readonly PictureItem[]): void {
    this.#items = items;
    this.#counts = undefined;
  }
}
