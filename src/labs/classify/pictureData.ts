import { ImagoError } from "../../engine/errors.js";
import { having } from "../../engine/options.js";
import type { Tensor } from "../../engine/tensor/tensor.js";

/** How pictures are changed at random, as a source of pictures takes it. */
export interface PictureChanges {
  readonly flip?: boolean | undefined;
  /** Largest shift, as a fraction of the side. */
  readonly shift?: number | undefined;
  /** Largest change of size, as a fraction. */
  readonly zoom?: number | undefined;
  /** Largest angle, in degrees. */
  readonly rotation?: number | undefined;
  readonly brightness?: number | undefined;
  readonly contrast?: number | undefined;
}

/** What the lab asks of batches. */
export interface PictureBatchesOptions {
  readonly batchSize?: number | undefined;
  readonly shuffle?: boolean | undefined;
  readonly seed?: number | undefined;
  readonly augment?: PictureChanges | false | undefined;
}

/** Batches of pictures, float32 or uint8 `[batch, height, width, 3]` from 0 to 255, and the numbers of their classes, `[batch]`. */
export interface PictureBatches {
  (epoch: number, skip?: number): AsyncIterable<readonly [x: Tensor, y: Tensor]>;
  /** Batches in an epoch. */
  readonly steps: number;
  readonly stats: { readonly pictures: number; readonly waitedMs: number; readonly elapsedMs: number };
}

/** A picture, and what it shows. */
export interface LabelledPicture {
  readonly path: string;
  readonly label: number;
  /** Of its bytes, where they have been read; pictures of the same are the same. */
  readonly digest?: string | undefined;
}

/** Pictures with classes, such as a part of `imageFolder`. */
export interface LabelledPictures {
  /** Names of the classes that labels stand for, by which they are matched. Default: those of whoever takes them. */
  readonly classes?: readonly string[] | undefined;
  readonly size: number;
  /** Pictures of each class. */
  readonly counts: readonly number[];
  readonly items: readonly LabelledPicture[];
  batches(options?: PictureBatchesOptions): PictureBatches;
}

/** Pictures to train and to validate on: what `imageFolder` gives, or anything of this form. */
export interface PictureData {
  readonly classes: readonly string[];
  readonly size: readonly [height: number, width: number];
  readonly fit: "cover" | "contain" | "stretch";
  readonly background: readonly [red: number, green: number, blue: number];
  readonly train: LabelledPictures;
  readonly validation: LabelledPictures;
}

/** Pictures, where a function takes them. */
export const pictureData = having<PictureData>(
  "pictures, as imageFolder gives them",
  "classes",
  "size",
  "train",
);

/**
 * Refuses pictures that nothing can be learnt from, before any work is done.
 *
 * @throws ImagoError with one class, and where a class has no picture to train on
 */
export function checkLearnable({ classes, train }: PictureData): void {
  if (classes.length < 2) {
    const only = classes.length === 0 ? "no class" : `one class, "${classes[0]}"`;
    throw new ImagoError(`There is ${only}, and nothing to tell it from.`, {
      help: "Add a folder of other pictures: any that are not of that class will do.",
    });
  }
  const empty = classes.filter((_, label) => train.counts[label] === 0);
  if (empty.length === 0) return;
  const names = empty
    .slice(0, 5)
    .map((name) => `"${name}"`)
    .join(", ");
  throw new ImagoError(
    `${empty.length === 1 ? `The class ${names} has` : `${empty.length} classes have`} no picture to train on${
      empty.length === 1 ? "" : `: ${names}${empty.length > 5 ? " …" : ""}`
    }.`,
    { help: "Add pictures of it, or leave it out." },
  );
}
