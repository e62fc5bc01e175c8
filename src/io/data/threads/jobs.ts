import type { PictureSettings } from "../../images/pictureFields.js";
import type { AugmentSettings } from "../augment/options.js";
import type { MixSettings } from "../mix.js";

// What threads are asked for, and what they answer. All of it is copied from thread to thread.

/** A picture that is to be decoded. */
export interface PictureFile {
  /** As messages call it. */
  readonly path: string;
  readonly file: string;
}

/** Where pictures come from: decoded anew, or as the cache holds them. */
export type PicturesFrom =
  | { readonly kind: "files"; readonly files: readonly PictureFile[] }
  | {
      readonly kind: "cache";
      readonly file: string;
      /** Where each begins, in bytes. */
      readonly places: Float64Array;
      /** The checksum of each. */
      readonly sums: Uint32Array;
    };

/** A batch, whole. */
export interface BatchJob {
  readonly from: PicturesFrom;
  readonly settings: PictureSettings;
  /** What comes out: the settings' size, or smaller. */
  readonly size: readonly [height: number, width: number];
  readonly dtype: "float32" | "uint8";
  readonly labels: Int32Array;
  /** Classes where targets are one-hot; else 0. */
  readonly classes: number;
  readonly augment: AugmentSettings | undefined;
  readonly mix: MixSettings | undefined;
  readonly random: {
    readonly seed: number;
    readonly part: string;
    readonly epoch: number;
    readonly batch: number;
    /** The number of each picture in its part: what is drawn for it depends on it, not on its place in the batch. */
    readonly pictures: Uint32Array;
  };
}

/** A picture that could not be read. */
export interface Unread {
  /** Its place in the job. */
  readonly at: number;
  readonly reason: string;
}

export interface BatchResult {
  readonly x: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
  readonly y: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  /** How many pictures it holds: those that could be read. */
  readonly count: number;
  readonly unread: readonly Unread[];
  /** Places in the job of pictures that are not in the cache as they were written; all else is then empty. */
  readonly damaged?: readonly number[];
}

/** What was known of a file when it was read. */
export interface KnownFile {
  readonly bytes: number;
  /** When it was last changed, in milliseconds. */
  readonly changed: number;
}

export interface PreparedOut {
  readonly file: string;
  readonly name: string;
  readonly places: Float64Array;
  /** Where a place was damaged, the checksum of what stood there: nothing else is written into it. */
  readonly sums?: Uint32Array;
}

/** Pictures that are to be read whole, and kept where there is a cache. */
export interface PrepareJob {
  readonly files: readonly PictureFile[];
  readonly settings: PictureSettings;
  /** Where decoded pictures are written: a file, what errors call it, and where each picture has its place, in bytes. */
  readonly out: PreparedOut | undefined;
  /** Nothing is read; it is looked whether the files are as they were. */
  readonly known?: readonly KnownFile[] | undefined;
}

/** What reading a picture has shown. */
export interface PreparedPicture extends KnownFile {
  /** The first 128 bits of the SHA-256 of the file; empty where it could not be read. */
  readonly digest: string;
  /** The checksum of the decoded picture. */
  readonly sum: number;
  /** Why it cannot be used; empty where it can. */
  readonly reason: string;
  /** Whether the file is as it was known, where that alone was asked. */
  readonly isSame: boolean;
}
